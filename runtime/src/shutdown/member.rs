//! What a phase drains.

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

pub(super) struct Member {
    /// A service whose `TaskOwner` is written by hand has none that is known.
    pub(super) tracker: Option<TrackerRef>,
    pub(super) budget: Duration,
    pub(super) drain: Drain,
    /// What is said of it where a second signal comes first, and it has no tracker.
    pub(super) cut: Option<Box<dyn FnOnce() -> String + Send>>,
}

/// What a member has to say, or why it says nothing.
pub(super) type Drain = Pin<Box<dyn Future<Output = Result<MemberReport, String>> + Send>>;

pub(super) enum MemberReport {
    Drained(DrainReport),
    /// Of what is no tracker's: what it has done, and what it could not do.
    Note(String, Option<String>),
}

/// Polls a phase's members side by side, as one of them may be polled where the others' runtime is blocked.
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
            // The service's own `shutdown`, or a destructor in it.
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

    /// What it looks like in a report where it has not been drained, or why it is in none. It stays as it is, for what is left
    /// of the process: the destructors of a service could take their time.
    pub(super) fn cut_short(self) -> Result<DrainReport, String> {
        std::mem::forget(self.drain);
        if let Some(tracker) = self.tracker {
            return Ok(tracker.core().report_so_far(self.budget));
        }
        let stopped = "a shutdown was stopped by a second signal";
        Err(self.cut.map_or_else(|| stopped.to_owned(), |cut| format!("stopped by a second signal: {}", cut())))
    }
}

/// A `shutdown` that is written by hand is held to the budget that it states, as a tracker's drain holds itself to it.
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
