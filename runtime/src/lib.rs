//! Background tasks that outlive the request, never the service.
//!
//! Elsewhere *detached* means forgotten. Here it means cut loose from the request, and held by a tracker:
//! [`#[detached]`](macro@detached) turns an `async fn` into a call that spawns it with a mandatory timeout, under a
//! mandatory [`Tracker`] with a mandatory bound; its caller's values, labels and trace go along, its caller's
//! cancellation does not; a panic is caught, counted and reported; and at shutdown one [`drain`](Tracker::drain) waits
//! for everything, cancels what does not end, and says by name what that was.
//!
//! ```
//! use outlive::{Rejected, Tracker, detached};
//!
//! // 64 run at once, 10,000 may wait; drains within 20 s.
//! static AUDIT: Tracker = Tracker::bounded("audit", 64).queue(10_000);
//!
//! #[detached(timeout = "5s", grace = "500ms", track = AUDIT)]
//! async fn write_audit(user: u64, event: String) -> Result<(), std::io::Error> {
//!     // … the database …
//!     # let _ = (user, event);
//!     Ok(())
//! }
//!
//! async fn handler() -> Result<&'static str, Rejected> {
//!     write_audit(7, "signed in".to_owned()).admitted()?; // runs on, whatever becomes of this request
//!     Ok("accepted")
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! handler().await.unwrap();
//!
//! // At shutdown, when the server's future has returned:
//! let report = AUDIT.drain().await;
//! println!("{report}"); // audit: drained in 12ms of 20s: 1 finished
//! # assert_eq!(report.finished(), 1);
//! # }
//! ```
//!
//! A timeout that the drain does not cover is a compile error:
//!
//! ```compile_fail
//! # use outlive::{Tracker, detached};
//! static AUDIT: Tracker = Tracker::bounded("audit", 64); // drains within 20 s
//!
//! #[detached(timeout = "30s", track = AUDIT)] // `write_audit` may take 30s, but a drain of `AUDIT` waits 20s
//! async fn write_audit() {}
//! ```
//!
//! # Where to look
//!
//! | to | see |
//! | --- | --- |
//! | annotate a function | [`#[detached]`](macro@detached), and [`detach!`] for a future that you have already |
//! | say where its tasks are tracked | [`Tracker`], and its [`DrainReport`] |
//! | have a service own its tasks | [`OwnedTracker`], [`TaskOwner`](derive@TaskOwner), [`#[owned_tasks]`](macro@owned_tasks) |
//! | run a loop, an actor, a session | [`#[periodic]`](macro@periodic), [`#[worker]`](macro@worker) |
//! | end a whole process | [`Shutdown`] |
//! | look at a call | [`TaskHandle`], [`TaskError`], [`Rejected`], [`Refused`] |
//! | carry a request's values | [`Context`], [`DetachedContext`], [`CancelSource`] |
//! | have another library's thread-local in the task, as Sentry's hub | [`Carrier`], [`carry`] |
#![cfg_attr(feature = "tower", doc = "| give every request of a tower stack its context | [`ContextLayer`] |")]
#![cfg_attr(not(feature = "tower"), doc = "| give every request of a tower stack its context | the feature `tower` |")]
//! | run work that belongs together, and to its caller | [`Group`] |
//! | do the work for one key once, whoever asks | [`Singleflight`] |
//! | have a credential that is valid when it is used | [`Fresh`] |
//! | protect a few lines from a cut | [`shield`] |
//! | keep what belongs to a request, or goes stale, out of a task | [`RequestBound`], [`MaxAge`] |
//! | keep the arguments of what did not end well | [`Unfinished`] |
//! | see every function and its counters | [`sites`] |
//! | see everything at one moment | [`status()`](fn@status) |
#![cfg_attr(feature = "page", doc = "| look at it in a browser | [`StatusPage`] |")]
#![cfg_attr(not(feature = "page"), doc = "| look at it in a browser | the feature `page` |")]
#![cfg_attr(feature = "testing", doc = "| test code that uses static trackers | [`testing`] |")]
#![cfg_attr(not(feature = "testing"), doc = "| test code that uses static trackers | the feature `testing` |")]
//!
//! # Features
//!
//! * `tracing` (default): failures that nobody looks at become events, and every task has a span.
//! * `opentelemetry`: a task's span is in the trace of its caller, says how the task ended, and its caller's baggage crosses.
//!   For tracing-opentelemetry 0.34.
//! * `systemd`: [`Shutdown`] tells systemd when the service is ready, when it stops and how long that may take, and keeps its watchdog.
//! * `signal`: [`Shutdown`] listens for SIGTERM and Ctrl-C.
//! * `tower`: `ContextLayer`, which handles each request of axum, tonic or any other tower stack in its [`Context`].
//! * `axum`, `tonic`, `reqwest`, `deadpool`, `bb8`, `sqlx`: those crates' requests, bodies, pooled connections and transactions are
//!   [`RequestBound`]. Of axum 0.8, tonic 0.14, reqwest 0.13, deadpool 0.13, bb8 0.9 and sqlx 0.9: types of other versions are other types.
//!   `sqlx` asks for Rust 1.94, as sqlx 0.9 does. With `axum`, a [`Rejected`] and a [`TaskError`] are responses; with `tonic`, they
//!   become a `Status`.
//! * `join-map`: a `JoinMap` of tokio-util 0.7 in a service is refused by [`TaskOwner`](derive@TaskOwner), as a `JoinSet` is.
//! * `metrics`: what `status()` says, for the recorder of the `metrics` crate, set as it is scraped; histograms on demand.
//! * `prometheus-client`: the same as a `Collector` of that crate, version 0.26.
//! * `serde`: `Serialize` for [`Status`] and its parts, [`DrainReport`], [`ShutdownReport`] and [`Counts`]. Times are in
//!   seconds, as numbers; each name says so.
//! * `page`: `StatusPage`, which shows [`status()`](fn@status) as a web page that is live by itself, and as JSON: a tower service,
//!   and with `axum` a router as well. It belongs behind a login.
//! * `testing`: tests of one process that do not see each other's tasks, and a guard against tasks left behind.
//! * `panic-abort`: allows a build with `panic = "abort"`, where one panic in one task ends the process.

#![cfg_attr(docsrs, feature(doc_cfg))] // says which feature an item needs
#![forbid(unsafe_code)]

#[doc(hidden)]
#[allow(missing_docs, clippy::must_use_candidate, reason = "not part of the public face")]
pub mod __private;

// From the bottom to the top: a room imports only from those above it here.
mod util;

mod context;

mod admission;
mod timer;

mod tracker;

mod error;

mod proof;
mod report;

mod current;

mod task;

mod drain;

mod owner;

mod shutdown;

mod patterns;

pub mod status;

mod integrations;

#[allow(missing_docs, clippy::must_use_candidate, reason = "not part of the public face")]
mod codegen;

#[cfg(feature = "testing")]
pub mod testing;

pub use context::{CancelSource, Context, DetachedContext, DetachedWork, OpenRequest};
pub use current::{Carrier, OnCancel, carry};
pub use error::{CancelCause, Panic, Refused, Rejected, TaskError};
#[cfg(feature = "page")]
pub use integrations::StatusPage;
#[cfg(feature = "metrics")]
pub use integrations::metrics;
#[cfg(feature = "prometheus-client")]
pub use integrations::prometheus;
#[cfg(feature = "tower")]
pub use integrations::{ContextFuture, ContextLayer, ContextService};
pub use owner::{OwnedTracker, TaskOwner};
pub use patterns::{Fresh, FreshError, Group, GroupError, Landed, Singleflight};
pub use proof::{MaxAge, RequestBound};
pub use shutdown::{DeadWorker, DoesNotFit, Readiness, ServerReport, Shutdown, ShutdownReport, StepResult, Stop};
pub use status::{Status, status};
pub use task::{AbortOnDrop, Reason, RunNow, TaskHandle, Unfinished, shield};
pub use tracker::{Counts, DrainReport, Fate, Outcome, Refusals, ShutdownCause, Straggler, TaskSite, Tracker, sites};

/// Makes an `async fn` detached: calling it spawns it.
///
/// ```
/// use outlive::{Context, Tracker, detached};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// struct RequestId(u64);
///
/// #[detached(timeout = "5s", track = MAIL)]
/// async fn send_mail(to: String) -> String {
///     let request = Context::current().get::<RequestId>().map_or(0, |id| id.0);
///     format!("to {to}, for request {request}")
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let request = Context::root().with(RequestId(42));
/// let handle = request.scope(async { send_mail("ada@example.org".to_owned()) }).await.unwrap();
/// assert_eq!(handle.await.unwrap(), "to ada@example.org, for request 42");
/// # }
/// ```
///
/// What belongs to the request, or goes stale before the deadline, is no argument for a task: see [`RequestBound`], with
/// when to write `allow_request_bound = "reason"` and what that costs, and [`MaxAge`].
pub use outlive_macros::detached;

/// The same for a future that you have already.
///
/// ```
/// use outlive::{Tracker, detach};
///
/// static CACHE: Tracker = Tracker::bounded("cache", 8);
///
/// async fn refill(key: &'static str) -> usize {
///     key.len()
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let handle = detach!(timeout = "2s", track = CACHE, refill("users"));
/// assert_eq!(handle.await.unwrap(), 5);
/// # }
/// ```
pub use outlive_macros::detach;

/// Makes a loop of bounded runs of an `async fn`: calling it starts the loop.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use outlive::{Tracker, periodic};
///
/// static CACHE: Tracker = Tracker::bounded("cache", 8);
/// static RUNS: AtomicU32 = AtomicU32::new(0);
///
/// #[periodic(every = "30s", timeout = "10s", immediate, track = CACHE)]
/// async fn refresh(key: &'static str) {
///     // … read `key` anew …
///     # let _ = key;
///     RUNS.fetch_add(1, Ordering::Relaxed);
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # tokio::time::pause();
/// let refreshing = refresh("users");
/// tokio::time::sleep(std::time::Duration::from_secs(70)).await; // runs at 0, 30 and 60 seconds
/// assert_eq!(RUNS.load(Ordering::Relaxed), 3);
/// CACHE.drain().await; // ends it
/// assert!(refreshing.is_finished());
/// # }
/// ```
pub use outlive_macros::periodic;

/// Makes an `async fn` a worker: calling it starts it, and it runs until its tracker drains or its owner goes.
///
/// ```
/// use outlive::{Context, Tracker, worker};
/// use tokio::sync::mpsc;
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[worker(grace = "2s", track = MAIL)]
/// async fn deliver(mut letters: mpsc::Receiver<String>) -> usize {
///     let context = Context::current();
///     let mut delivered = 0;
///     loop {
///         tokio::select! {
///             Some(letter) = letters.recv() => delivered += usize::from(!letter.is_empty()),
///             _ = context.cancelled() => return delivered, // the drain waits for 2 s
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let (send, receive) = mpsc::channel(8);
/// let delivering = deliver(receive);
/// send.send("dear Ada".to_owned()).await.unwrap();
/// # tokio::task::yield_now().await; tokio::task::yield_now().await;
/// MAIL.drain().await;
/// assert_eq!(delivering.await.unwrap(), 1);
/// # }
/// ```
pub use outlive_macros::worker;

/// Tracks the annotated methods of an `impl` by the service itself: see [`TaskOwner`].
pub use outlive_macros::owned_tasks;

/// Makes a struct with an [`OwnedTracker`] field the owner of its tasks.
///
/// ```
/// use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks, periodic};
///
/// #[derive(Clone, TaskOwner)]
/// struct Server {
///     tasks: OwnedTracker, // `OwnedTracker<90>` drains within 90 seconds
///     name: &'static str,
/// }
///
/// #[owned_tasks]
/// impl Server {
///     #[detached(timeout = "5s")] // tracked by `self.tasks`
///     async fn greet(&self, whom: String) -> String {
///         format!("{whom}, this is {}", self.name)
///     }
///
///     #[periodic(every = "30s", timeout = "10s")] // stops with its owner
///     async fn refresh(&self) {}
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let server = Server { tasks: OwnedTracker::bounded("server", 64), name: "Ada's" };
/// server.refresh();
/// assert_eq!(server.greet("Bob".to_owned()).await.unwrap(), "Bob, this is Ada's");
/// let report = server.shutdown().await;
/// assert!(report.is_clean());
/// # }
/// ```
pub use outlive_macros::TaskOwner;
