//! Isolates tests of code that uses static trackers from each other, and fails a test that leaves tasks behind. It needs the
//! feature `testing`, in `[dev-dependencies]`:
//!
//! ```toml
//! [dev-dependencies]
//! outlive = { version = "0.1", features = ["testing"] }
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
//!         AUDIT.drain().await; // only for this test: it stays open for the others
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

use crate::tracker::isolation;
use crate::util::GivenFuture;

mod isolated_test;
mod leak_guard;
mod stand_ins;

pub use isolated_test::IsolatedTest;
pub use leak_guard::{NoTasksLeft, no_tasks_left};

/// Runs a test's body in isolation: every static [`Tracker`](crate::Tracker) is open and empty, every counter is zero, and
/// other tests see none of its calls.
///
/// * Calls, loops and workers that the body starts are isolated, as are the calls that these make, on any thread, and their
///   `unfinished` hooks. Each isolated test has its own limit on reports.
/// * A static tracker's `live`, `is_draining` and `drain`, [`TaskSite::counts`](crate::TaskSite::counts),
///   [`sites`](crate::sites) and [`Shutdown::all`](crate::Shutdown::all) apply to this test's tasks alone.
/// * A [`Singleflight`](crate::Singleflight) or a [`Fresh`](crate::Fresh) starts without running work and without a stored
///   value.
/// * Bound, queue, drain budget and timeouts are the same as outside.
///
/// It works with paused time and on every runtime. Nested calls isolate from each other. Not isolated are:
///
/// * A call in the argument: `isolated(write_audit(event))` calls `write_audit` before the isolation begins. Write
///   `isolated(async { write_audit(event).await })`.
/// * A bare `tokio::spawn`: wrap its future in [`carried`]. A server that spawns a task for each connection runs its
///   handlers outside: call its router or service directly.
/// * Other statics. All tests share a service in a `LazyLock`, with its `OwnedTracker` or `Arc<Tracker>`; only the counters
///   of its functions are isolated.
/// * A static tracker that no function names, because it is passed as a reference (`track = &AUDIT`, or an argument), or
///   because only a [`Singleflight`](crate::Singleflight) or a [`Fresh`](crate::Fresh) that has not run yet names it: until
///   a call of this test has used it, its `live` and `drain` are those of the process.
///
/// `cargo nextest` isolates tests with a process for each. This works with `cargo test` as well.
///
/// For each isolated test, about 200 bytes for each function that it uses are never freed, because a
/// [`TaskSite`](crate::TaskSite) is `'static`.
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
/// # Panics
///
/// If tasks are left at its end, and its guard of [`no_tasks_left`] was dropped before anything was called, as in
/// `let _ = no_tasks_left();`. If it is given a call, as in `isolated(write_audit(7))`: that was made before the isolation began.
///
/// # Cancel safety
///
/// Dropping the future drops the body, in isolation. Its tasks run on, as they do when a test's function returns.
pub fn isolated<F: GivenFuture<T>, T>(test: F) -> IsolatedTest<F, T> // `isolated(async { … }).await`
{
    let is_a_call = std::any::type_name::<F>().starts_with("outlive::task::handle::TaskHandle<");
    assert!(
        !is_a_call,
        "the call in `isolated(…)` was made before the isolation began, in the tracker of the program: write `isolated(async {{ … }})`, with \
         the call in it"
    );
    IsolatedTest::new(test)
}

/// Carries the isolation of the current test into a future, for a bare spawn. Outside of [`isolated`] it changes nothing.
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
/// It has the cancel safety of the future.
#[must_use = "futures do nothing unless awaited"]
pub fn carried<F: Future>(future: F) -> impl Future<Output = F::Output> {
    isolation::carried(future)
}
