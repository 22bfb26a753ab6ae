//! For tests of code that uses static trackers: they run side by side without seeing each other, and fail if they leave
//! tasks behind. The feature `testing`, for `[dev-dependencies]`:
//!
//! ```toml
//! [dev-dependencies]
//! outlive = { path = "…/runtime", features = ["testing"] }
//! ```
//!
//! ```
//! use outlive::{Rejected, TaskError, Tracker, detached, testing};
//!
//! static AUDIT: Tracker = Tracker::bounded("audit", 1);
//!
//! #[detached(timeout = "5s", track = AUDIT)]
//! async fn write_audit(event: &'static str) -> usize {
//!     event.len()
//! }
//!
//! # mod tests { use super::*;
//! #[tokio::test(start_paused = true)]
//! # async fn _in_a_doctest_nobody_runs_it() {}
//! # pub
//! async fn a_full_tracker_refuses() {
//!     testing::isolated(async {
//!         let _guard = testing::no_tasks_left();
//!         let first = write_audit("signed in");
//!         assert!(matches!(write_audit("signed out").await, Err(TaskError::Rejected(Rejected::Full))));
//!         assert_eq!(first.await.unwrap(), 9);
//!     })
//!     .await;
//! }
//!
//! #[tokio::test(start_paused = true)]
//! # async fn _nor_this() {}
//! # pub
//! async fn a_drained_tracker_refuses() {
//!     testing::isolated(async {
//!         AUDIT.drain().await; // this test's: it stays open for the others
//!         assert!(matches!(write_audit("late").await, Err(TaskError::Rejected(Rejected::Draining))));
//!     })
//!     .await;
//! }
//! # }
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! # tokio::join!(tests::a_full_tracker_refuses(), tests::a_drained_tracker_refuses());
//! # }
//! ```

use std::future::Future;
use std::sync::Arc;

use self::stand_ins::StandIns;
use crate::tracker::Isolated;
use crate::tracker::isolation::{self, InIsolation};

mod leak_guard;
mod stand_ins;

pub use leak_guard::{NoTasksLeft, no_tasks_left};

/// Runs a test's body in a world of its own: every static [`Tracker`](crate::Tracker) is open and empty there, every
/// function has counted nothing, and other tests see nothing of what happens in it.
///
/// * Calls, loops and workers that it starts belong to its world, as do the calls that these make, on whatever thread,
///   and their `unfinished` hooks. The limit on reports counts for each world by itself.
/// * A static tracker's `live`, `is_draining` and `drain`, [`TaskSite::counts`](crate::TaskSite::counts),
///   [`sites`](crate::sites) and [`Shutdown::all`](crate::Shutdown::all) tell of, and end, what is in it.
/// * A [`Singleflight`](crate::Singleflight) or a [`Fresh`](crate::Fresh) has nothing under way there, and nothing kept.
/// * Bound, queue, drain budget, timeouts: all as they are outside. It works with paused time and on every runtime. Inside
///   another world, the inner one is meant.
///
/// What it does not know of:
///
/// * A call that makes its argument: `isolated(write_audit(event))` has called `write_audit` outside, before the world is
///   there. Write `isolated(async { write_audit(event).await })`.
/// * A bare `tokio::spawn`: wrap what it runs in [`carried`]. A server that spawns a task for each connection runs its
///   handlers outside: call its router or service itself.
/// * Statics of another kind. A service in a `LazyLock`, with its `OwnedTracker` or `Arc<Tracker>`, is one for all tests; the
///   counters of its functions are each test's own.
/// * A static tracker that no function names, as it is given as a reference (`track = &AUDIT`, or an argument), or is named
///   only by a [`Singleflight`](crate::Singleflight) or a [`Fresh`](crate::Fresh) that has not run yet: until a call of this
///   world has used it, its `live` and `drain` are those of the process.
///
/// Beside `cargo nextest`, which gives each test a process: this also holds under `cargo test`.
///
/// For each world, and each function that is called or looked at in it, some 200 bytes are never freed: a
/// [`TaskSite`](crate::TaskSite) is there for ever.
///
/// ```
/// use outlive::{Tracker, detached, sites, testing};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[detached(timeout = "5s", track = MAIL)]
/// async fn send_invoice(to: String) {
///     // … the mail server …
///     # let _ = to;
/// }
///
/// fn sent() -> u64 {
///     sites().find(|site| site.name() == "send_invoice").map_or(0, |site| site.counts().completed)
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// send_invoice("ada@example.org".to_owned()).await.unwrap();
/// testing::isolated(async {
///     assert_eq!(sent(), 0);
///     send_invoice("bob@example.org".to_owned());
///     assert!(MAIL.drain().await.is_clean());
///     assert_eq!(sent(), 1);
/// })
/// .await;
/// assert_eq!((sent(), MAIL.is_draining()), (1, false));
/// # }
/// ```
///
/// # Cancel safety
///
/// Dropping the future drops the body, in its world. Its tasks run on, as they do when a test's function returns.
#[must_use = "futures do nothing unless awaited"]
pub fn isolated<F: Future>(test: F) -> impl Future<Output = F::Output> {
    InIsolation::new(test, Isolated::within(Arc::new(StandIns::new())))
}

/// Takes the world of the code that calls this along into a future that is spawned bare. Outside of [`isolated`] that is
/// the process itself.
///
/// ```
/// use outlive::{Tracker, detached, testing};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[detached(timeout = "5s", track = MAIL)]
/// async fn send_mail(to: &'static str) {
///     // … the mail server …
///     # let _ = to;
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// testing::isolated(async {
///     let client = tokio::spawn(testing::carried(async { send_mail("ada@example.org").admitted().is_ok() }));
///     assert!(MAIL.drain().await.is_clean());
///     assert!(!client.await.unwrap(), "it came too late, to this test's tracker");
/// })
/// .await;
/// # }
/// ```
///
/// # Cancel safety
///
/// That of the future.
#[must_use = "futures do nothing unless awaited"]
pub fn carried<F: Future>(future: F) -> impl Future<Output = F::Output> {
    isolation::carried(future)
}
