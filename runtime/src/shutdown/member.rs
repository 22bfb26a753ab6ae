//! The members of a phase.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::drain::STUCK_AFTER;
use crate::error::{Panic, TaskError};
use crate::tracker::{DrainReport, TrackerRef};
use crate::util::text::Named;
use crate::util::{Tick, catching, later};

pub(super) struct Phase {
    pub(super) name: &'static str,
    pub(super) members: Vec<Member>,
}

pub struct Member {
    /// `None` for a service with a hand-written `TaskOwner`.
    pub(super) tracker: Option<TrackerRef>,
    pub(super) budget: Duration,
    pub(super) drain: Drain,
    /// The text for the report if a second signal comes first, for a member without a tracker.
    pub(super) cut: Option<Box<dyn FnOnce() -> String + Send>>,
}

/// The result of a member, or why it has none.
pub(super) type Drain = Pin<Box<dyn Future<Output = Result<MemberReport, String>> + Send>>;

pub(super) enum MemberReport {
    Drained(DrainReport),
    /// For a member without a tracker: what it did, and what failed.
    Note(String, Option<String>),
}

/// Polls a phase's members concurrently, in one task, which still works if other worker threads are blocked.
#[derive(Default)]
pub(super) struct Draining {
    pub(super) left: Vec<Member>,
    pub(super) drained: Vec<DrainReport>,
    pub(super) notes: Vec<String>,
    pub(super) failures: Vec<String>,
}

impl Draining {
    /// Whether all have ended.
    pub(super) fn poll(&mut self, cx: &mut std::task::Context<'_>) -> bool {
        let Self { left, drained, notes, failures } = self;
        left.retain_mut(|member| match catching(|| member.drain.as_mut().poll(cx)) {
            Ok(Poll::Pending) => true,
            Ok(Poll::Ready(Ok(MemberReport::Drained(report)))) => {
                drained.push(report);
                false
            }
            Ok(Poll::Ready(Ok(MemberReport::Note(note, failure)))) => {
                notes.push(note);
                failures.extend(failure);
                false
            }
            Ok(Poll::Ready(Err(failure))) => {
                failures.push(failure);
                false
            }
            // A panic in the service's `shutdown`, or in a destructor there.
            Err(payload) => {
                let tracker = member.tracker.as_ref().map(|tracker| format!("{}: ", Named(tracker.core().name())));
                let panic = Panic::new(payload);
                failures.push(format!("{}a shutdown {}", tracker.unwrap_or_default(), TaskError::Panicked(panic)));
                false
            }
        });
        left.is_empty()
    }
}

impl Member {
    pub(super) fn address(&self) -> Option<usize> {
        self.tracker.as_ref().map(|tracker| tracker.core().address())
    }

    /// The report of a member that was not drained, or why it has none. The member is leaked, because the destructors of a
    /// service could take long.
    pub(super) fn cut_short(self) -> Result<DrainReport, String> {
        std::mem::forget(self.drain);
        if let Some(tracker) = self.tracker {
            return Ok(tracker.core().report_so_far(self.budget));
        }
        let stopped = "a shutdown was stopped by a second signal";
        Err(self.cut.map_or_else(|| stopped.to_owned(), |cut| format!("stopped by a second signal: {}", cut())))
    }
}

/// Limits a hand-written `shutdown` to its budget. A tracker's drain limits itself.
pub(super) async fn bounded<T>(budget: Duration, shutdown: impl Future<Output = T>) -> Result<T, String> {
    let over = later(Instant::now(), budget.saturating_add(STUCK_AFTER));
    let (mut timer, mut shutdown) = (pin!(sleep_until(over)), pin!(shutdown));
    let mut tick = Tick::default();
    poll_fn(|cx| {
        if let Poll::Ready(report) = shutdown.as_mut().poll(cx) {
            return Poll::Ready(Ok(report));
        }
        tick.wake(cx.waker());
        if timer.as_mut().poll(cx).is_pending() && Instant::now() < over {
            return Poll::Pending;
        }
        Poll::Ready(Err(format!("a shutdown did not end within its budget of {budget:?}")))
    })
    .await
}
