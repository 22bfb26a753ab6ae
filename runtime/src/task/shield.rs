//! Sections that an abort waits for.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::{Id, try_id};

use crate::current::{current_task, with_task};
use crate::report;
use crate::tracker::TrackerRef;
use crate::util::GivenFuture;

/// Runs a section that an abort waits for, at most until the task's grace is over.
///
/// Use it for the few lines that must not be dropped half-way, such as a transaction from its first write to its commit. An
/// abort cancels the task's context at once, and drops the task at the first await after the section. Without a `grace`, a
/// section has no effect: debug builds report that, with the file and line. If the task was aborted before it reaches the
/// section, the section does not begin. Await the section in the task itself: inside a `Handle::block_on` it would then
/// never return.
///
/// Outside of a detached task it only awaits the section: it is dropped with its caller. If that happens half-way, it is
/// reported, with the file and line.
///
/// ```
/// use outlive::{Tracker, detached, shield};
///
/// static LEDGER: Tracker = Tracker::bounded("ledger", 8);
///
/// #[detached(timeout = "5s", grace = "1s", track = LEDGER)]
/// async fn book(amount: u64) {
///     shield(async {
///         // debit, credit, commit
///         tokio::task::yield_now().await;
///     })
///     .await;
/// }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// book(12).await.unwrap();
/// # }
/// ```
///
/// # Cancel safety
///
/// Dropping the future drops the section.
#[track_caller]
pub fn shield<F: GivenFuture<T>, T>(section: F) -> Section<F, T> // `shield(async { … }).await`
{
    Section { inner: section, poll: F::poll, of: None, noted: None, is_half_way: false, place: Location::caller() }
}

type Poller<F, T> = fn(Pin<&mut F>, &mut Context<'_>) -> Poll<T>;

pin_project_lite::pin_project! {
    /// The future of [`shield`]: it runs the section, and an abort waits for it, at most until the task's grace is over.
    ///
    /// It gives the section's value. It is one for every `F`, so that a section that is no future is one error.
    ///
    /// ```
    /// use std::future::{Ready, ready};
    /// use outlive::futures::Section;
    /// use outlive::shield;
    ///
    /// struct Transaction {
    ///     commit: Section<Ready<u64>, u64>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let transaction = Transaction { commit: shield(ready(12)) };
    /// assert_eq!(transaction.commit.await, 12);
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the section, and an abort waits no longer.
    #[must_use = "the section runs when it is awaited: write `.await`"]
    pub struct Section<F, T> {
        #[pin]
        inner: F,
        poll: Poller<F, T>,
        // The task of the section, because the future may be moved to another task.
        of: Option<Id>,
        // The tracker in which it is registered, so that an abort finds it.
        noted: Option<TrackerRef>,
        // It has begun outside of any detached task, and has not ended.
        is_half_way: bool,
        place: &'static Location<'static>,
    }

    impl<F, T> PinnedDrop for Section<F, T> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if *this.is_half_way {
                report::shield_dropped(this.place);
            }
            let Some(id) = *this.of else { return };
            if try_id() == Some(id) {
                with_task(|task| {
                    let sections = &mut task.cold().shields;
                    *sections = sections.saturating_sub(1);
                });
            }
            if let Some(tracker) = this.noted {
                tracker.core().admission().unshield(id);
            }
        }
    }
}

impl<F, T> Future for Section<F, T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.project();
        if this.of.is_none() {
            if let Some(id) = try_id() {
                let task = current_task();
                if cfg!(debug_assertions) {
                    if let Some((site, tracker)) = task.as_ref().filter(|(site, _)| site.grace().is_zero()) {
                        report::shields_nothing(site, tracker.core().shown_name(), this.place);
                    }
                }
                if let Some((_, tracker)) = task.filter(|(site, _)| !site.grace().is_zero()) {
                    if !tracker.core().admission().shield(id) {
                        // The task is about to be dropped, so the section must not begin.
                        return Poll::Pending;
                    }
                    *this.noted = Some(tracker);
                }
                with_task(|task| {
                    task.cold().shields += 1;
                    *this.of = Some(id);
                });
            }
        }
        let is_outside = this.of.is_none() && current_task().is_none();
        let polled = (this.poll)(this.inner, cx);
        *this.is_half_way = is_outside && polled.is_pending();
        polled
    }
}
