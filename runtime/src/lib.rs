//! Background tasks that outlive the request, never the service.
//!
//! [`#[detached]`](macro@detached) makes an `async fn` a function whose call starts a task. Each call has a timeout and a
//! [`Tracker`]; both are mandatory. The tracker limits how many tasks run at once, or is spelled out as
//! [`unbounded`](Tracker::unbounded). The caller's values, labels and trace cross into the task. The caller's cancellation
//! does not. A panic is caught, counted and reported. At shutdown one [`drain`](Tracker::drain) waits for all tasks, cancels
//! those that do not end, and names them in its report.
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
//!     write_audit(7, "signed in".to_owned()).admitted()?; // runs on when the request is dropped
//!     Ok("accepted")
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! handler().await.unwrap();
//!
//! // At shutdown, when the server's future has returned:
//! let report = AUDIT.drain().await;
//! println!("{report}"); // audit: drained in 12ms of 20s: 1 ended
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
//! | I want to | see |
//! | --- | --- |
//! | detach a function | [`#[detached]`](macro@detached), and [`detach!`] for a future that you have already |
//! | track tasks, and wait for them at shutdown | [`Tracker`], and its [`DrainReport`] |
//! | have a service own its tasks | [`OwnedTracker`], [`TaskOwner`](derive@TaskOwner), [`#[owned_tasks]`](macro@owned_tasks) |
//! | run a loop, an actor, a session | [`#[periodic]`](macro@periodic), [`#[worker]`](macro@worker) |
//! | end a whole process | [`Shutdown`] |
//! | see the result of a call | [`TaskHandle`], [`TaskError`], [`Rejected`], [`Refused`] |
//! | carry a request's values | [`Context`], [`DetachedContext`], [`CancelSource`] |
//! | carry another library's thread-local, such as Sentry's hub, into the task | [`Carrier`], [`carry`] |
#![cfg_attr(feature = "tower", doc = "| give every request of a tower stack its context | [`ContextLayer`] |")]
#![cfg_attr(not(feature = "tower"), doc = "| give every request of a tower stack its context | the feature `tower` |")]
//! | run several tasks that fail together, and end with their caller | [`Group`] |
//! | do the work for one key once, for all concurrent callers | [`Singleflight`] |
//! | get a credential that is valid when it is used | [`Fresh`] |
//! | make an abort wait for a few lines | [`shield`] |
//! | refuse arguments that belong to the request, or go stale | [`RequestBound`], [`MaxAge`] |
//! | get the arguments of calls that did not end in `Ok` | [`Unfinished`] |
//! | see every function and its counters | [`sites`] |
//! | see all trackers, functions and loops at one moment | [`status()`](fn@status) |
#![cfg_attr(feature = "page", doc = "| look at it in a browser | [`StatusPage`] |")]
#![cfg_attr(not(feature = "page"), doc = "| look at it in a browser | the feature `page` |")]
#![cfg_attr(feature = "testing", doc = "| test code that uses static trackers | [`testing`] |")]
#![cfg_attr(not(feature = "testing"), doc = "| test code that uses static trackers | the feature `testing` |")]
//!
//! # The words
//!
//! | word | meaning |
//! | --- | --- |
//! | bound, place | how many tasks of a tracker run at once, at most; each of them holds a place |
//! | queue | calls that are admitted, and wait for a place |
//! | refused | not admitted, so that the body never runs: [`Rejected`] |
//! | cancelled | the task's [`Context`] is cancelled, and the task still runs: it has its *grace* to end |
//! | aborted | the task's future was dropped at an await, before it had ended. Errors and counters have this as `Cancelled`: [`TaskError::Cancelled`], [`Counts::cancelled`] |
//! | ended | the task is over, with one [`Outcome`], which its function's [`Counts`] count |
//! | drain | the end of a tracker: refuse calls, wait, cancel, drop, report. It takes at most the tracker's *budget* |
//! | straggler | a task that a drain cut short, and names in its [`DrainReport`] |
//! | phase | trackers that a [`Shutdown`] drains together, before those of the next phase |
//! | owner | a service, or a clone of it, that is not inside one of its tasks: see [`OwnedTracker`] |
//! | report | the event for a failure; for an `Err` or a refusal, only if nobody looked at it |
//!
//! # Modules
//!
//! The root of the crate has what a service calls. A module has what only some programs need:
//!
//! | module | what is in it |
//! | --- | --- |
//! | [`status`](mod@status) | the parts of a [`Status`]: trackers, functions, loops and services |
//! | [`futures`] | the types of the futures that methods return |
#![cfg_attr(
    feature = "testing",
    doc = "| [`testing`] | trackers for each test, and a guard against tasks left behind |"
)]
#![cfg_attr(
    not(feature = "testing"),
    doc = "| `testing` (feature) | trackers for each test, and a guard against tasks left behind |"
)]
#![cfg_attr(feature = "metrics", doc = "| [`metrics`] | the status for the recorder of the `metrics` crate |")]
#![cfg_attr(
    not(feature = "metrics"),
    doc = "| `metrics` (feature) | the status for the recorder of the `metrics` crate |"
)]
#![cfg_attr(
    feature = "prometheus-client",
    doc = "| [`prometheus`] | the status as a `Collector` of prometheus-client |"
)]
#![cfg_attr(
    not(feature = "prometheus-client"),
    doc = "| `prometheus` (feature `prometheus-client`) | the status as a `Collector` of prometheus-client |"
)]
//!
//! # Features
//!
//! * `tracing` (default): a failure that nobody looks at is an event, and every task has a span.
//! * `opentelemetry`: a task's span is in the trace of its caller, and records how the task ended. The caller's baggage
//!   crosses. For tracing-opentelemetry 0.34.
//! * `systemd`: [`Shutdown`] notifies systemd when the service is ready, when it stops and how long that may take, and feeds
//!   its watchdog.
//! * `signal`: [`Shutdown`] listens for SIGTERM and Ctrl-C.
//! * `tower`: `ContextLayer`, which handles each request of axum, tonic or any other tower stack in its [`Context`].
//! * `axum`, `tonic`, `reqwest`, `deadpool`, `bb8`, `sqlx`: those crates' requests, bodies, pooled connections and
//!   transactions are [`RequestBound`]. This covers axum 0.8, tonic 0.14, reqwest 0.13, deadpool 0.13, bb8 0.9 and sqlx 0.9;
//!   types of other versions are not known. `sqlx` needs Rust 1.94, as sqlx 0.9 does. With `axum`, a [`Rejected`] and a
//!   [`TaskError`] are responses; with `tonic`, they convert into a `Status`.
//! * `join-map`: a `JoinMap` of tokio-util 0.7 in a service is refused by [`TaskOwner`](derive@TaskOwner), as a `JoinSet` is.
//! * `metrics`: publishes `status()` to the recorder of the `metrics` crate when it is scraped; histograms on request.
//! * `prometheus-client`: the same as a `Collector` of that crate, version 0.26.
//! * `serde`: `Serialize` for [`Status`] and its parts, [`DrainReport`], [`ShutdownReport`] and [`Counts`]. Times are in
//!   seconds, as numbers; each name says so.
//! * `page`: `StatusPage`, which shows [`status()`](fn@status) as a web page that refreshes itself, and as JSON. It is a
//!   tower service, and with `axum` a router as well. Put it behind a login.
//! * `testing`: isolates the tests of one process from each other, and fails a test that leaves tasks behind.
//! * `panic-abort`: allows a build with `panic = "abort"`, where one panic in one task ends the process.

#![cfg_attr(docsrs, feature(doc_cfg))] // says which feature an item needs
#![forbid(unsafe_code)]

#[doc(hidden)]
#[allow(missing_docs, clippy::must_use_candidate, reason = "not part of the public face")]
pub mod __private;

// From the bottom to the top: each module imports only from those above it here.
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

/// The futures of methods, for code that has to name their types: in a field of a struct, or as the future of a service.
///
/// An `async` block that awaits the method needs none of them.
///
/// | future | of | gives |
/// | --- | --- | --- |
/// | [`Running`](futures::Running) | [`Singleflight::run`] | the result of the work for a key |
/// | [`Scoped`](futures::Scoped) | [`Context::scope`] | the given future's value, or the cause of the cancellation |
/// | [`Section`](futures::Section) | [`shield`] | the section's value |
/// | [`Spawning`](futures::Spawning) | [`Group::spawn`] | nothing: the child has started |
///
/// Each is lazy: nothing happens before it is polled. [`TaskHandle`], [`AbortOnDrop`], [`RunNow`] and [`Stop`] are futures,
/// too, and are at the root of the crate.
pub mod futures {
    pub use crate::current::Scoped;
    pub use crate::patterns::{Running, Spawning};
    pub use crate::task::Section;
}

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

/// Makes an `async fn` detached: a call spawns it as a task, with a timeout and a tracker.
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
/// An argument that belongs to the request, or goes stale before its task ends, does not compile: see [`RequestBound`] and
/// [`MaxAge`]. [`RequestBound`] also says when to write `allow_request_bound = "reason"`, and what that costs.
pub use outlive_macros::detached;

/// Starts a future that you have already as a detached task: `#[detached]` for a future instead of a function.
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

/// Makes an `async fn` a loop: a call starts the loop, and each run has a timeout.
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
///     // … read `key` again …
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

/// Makes an `async fn` a worker: a call starts it, and it runs until its tracker drains or its last owner is dropped.
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

/// Lets the service track the tasks of its annotated methods, so that they name no tracker: see [`TaskOwner`].
///
/// ```
/// use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};
///
/// #[derive(Clone, TaskOwner)]
/// struct Mailer {
///     tasks: OwnedTracker,
/// }
///
/// #[owned_tasks]
/// impl Mailer {
///     #[detached(timeout = "5s")] // tracked by `self.tasks`
///     async fn send(&self, to: String) -> usize {
///         to.len()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let mailer = Mailer { tasks: OwnedTracker::bounded("mailer", 8) };
/// assert_eq!(mailer.send("ada@example.org".to_owned()).await.unwrap(), 15);
/// assert!(mailer.shutdown().await.is_clean());
/// # }
/// ```
pub use outlive_macros::owned_tasks;

/// Makes a struct with an [`OwnedTracker`] field the owner of its tasks: they end when its last clone is dropped.
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

#[doc(hidden)]
pub use outlive_macros::{blocking, scheduled, task};
