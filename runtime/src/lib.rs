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
//! | look at a call | [`TaskHandle`], [`TaskError`], [`Rejected`] |
//! | carry a request's values | [`Context`], [`DetachedContext`], [`CancelSource`] |
//! | protect a few lines from a cut | [`shield`] |
//! | keep the arguments of what did not end well | [`Unfinished`] |
//! | see every function and its counters | [`sites`] |
//!
//! # Features
//!
//! * `tracing` (default): failures that nobody looks at become events, and every task has a span.
//! * `signal`: [`Shutdown`] listens for SIGTERM and Ctrl-C.
//! * `panic-abort`: allows a build with `panic = "abort"`, where one panic in one task ends the process.

#![cfg_attr(not(windows), forbid(unsafe_code))]

#[doc(hidden)]
#[allow(missing_docs, clippy::must_use_candidate, reason = "not part of the public face")]
pub mod __private;

mod ambient;
mod call;
mod cancel;
mod context;
mod drain;
mod error;
mod flight;
mod handle;
mod loops;
mod owner;
mod report;
mod roster;
mod shield;
mod shutdown;
mod site;
mod sync;
mod tracker;
mod unfinished;
mod unwind;

pub use cancel::{CancelCause, CancelSource};
pub use context::{Context, DetachedContext, OnCancel};
pub use drain::{DrainReport, Fate, Straggler};
pub use error::{Panic, Rejected, TaskError};
pub use handle::{AbortOnDrop, TaskHandle};
pub use owner::{OwnedTracker, TaskOwner};
pub use shield::shield;
pub use shutdown::{DoesNotFit, Shutdown, ShutdownReport};
pub use site::{Counts, TaskSite, sites};
pub use tracker::Tracker;
pub use unfinished::{Reason, Unfinished};

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
