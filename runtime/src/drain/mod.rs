//! The drain of a tracker: refuse, wait, cancel, drop, report.

mod clock;
mod half_way;
mod idle;
mod unpolled;

use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use self::clock::{Clock, Next};
use self::half_way::Running;
use self::unpolled::Unpolled;
use crate::admission::{Exit, Failings, Phase};
use crate::current::current_task;
use crate::report;
#[cfg(debug_assertions)]
use crate::tracker::note_drained;
use crate::tracker::{DrainReport, Fate, Straggler, Summary, Tracker, TrackerCore};
use crate::util::Tick;

pub(crate) use self::clock::STUCK_AFTER;

impl<const DRAIN_SECS: u64> Tracker<DRAIN_SECS> {
    /// Refuses new calls, waits for the tasks, cancels those that do not end in time, and returns a report.
    ///
    /// 1. From the first poll on, calls from outside get [`Rejected::Draining`](crate::Rejected::Draining). Calls that a
    ///    running task of this tracker makes are still accepted.
    /// 2. The tasks run on, and queued calls start when there is a place.
    /// 3. At the budget minus the longest grace among the tasks, the tasks' [`Context`](crate::Context::cancelled)s are
    ///    cancelled with [`CancelCause::Shutdown`](crate::CancelCause::Shutdown). The queue is closed, and all calls are
    ///    refused, including those of tasks.
    /// 4. At the budget, their futures are dropped.
    /// 5. A task that does not reach an await cannot be dropped. One second after step 4 it is reported as stuck.
    ///
    /// A drain that is polled late, because its thread was blocked or its process was stopped, still goes through every
    /// step.
    ///
    /// Call it after the server's future has returned, when its requests are done.
    ///
    /// Any number of callers may drain; all get the same report. It is tokio-util's `close()` and `wait()` in one, and it
    /// really closes.
    ///
    /// ```
    /// use outlive::{Rejected, Tracker, detached};
    ///
    /// static AUDIT: Tracker = Tracker::bounded("audit", 8);
    ///
    /// #[detached(timeout = "5s", track = AUDIT)]
    /// async fn write_audit(event: &'static str) {
    ///     println!("{event}");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// write_audit("signed in");
    ///
    /// let report = AUDIT.drain().await;
    /// assert!(report.is_clean(), "{report}");
    /// assert_eq!(report.finished(), 1);
    /// assert_eq!(write_audit("signed out").admitted().unwrap_err(), Rejected::Draining);
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the tracker closed, and its tasks are no longer cancelled in time. Another call continues
    /// the drain with the rest of the budget, which counts from the first call. A future that is dropped before its first poll
    /// has drained nothing. Both are reported, with the file and line of the call. To drain in a shorter time, set a shorter
    /// [`drain_budget`](Self::drain_budget), and put no `timeout` around the drain.
    ///
    /// # Panics
    ///
    /// If tasks are left, and it is polled outside a tokio runtime with a time driver.
    #[track_caller]
    pub fn drain(&self) -> impl Future<Output = DrainReport> + Send + use<'_, DRAIN_SECS> // takes no time: that is in its type
    {
        let place = Location::caller();
        let unpolled = Unpolled { tracker: self, place };
        async move {
            let core = unpolled.begins();
            let report = core.drained_from(Self::BUDGET, Some(place)).await;
            #[cfg(debug_assertions)]
            note_drained(core, place);
            report
        }
    }
}

impl TrackerCore {
    pub(crate) async fn drained(&self, budget: Duration) -> DrainReport {
        self.drained_from(budget, None).await
    }

    /// The drain that is called at `place`, which is reported if it is dropped half-way.
    async fn drained_from(&self, budget: Duration, place: Option<&'static Location<'static>>) -> DrainReport {
        let (began, budget) = self.begin_drain(budget);
        let _running = Running::begin(self, place);
        if let Some((site, tracker)) = current_task() {
            if tracker.core().address() == self.address() {
                report::waits_for_itself(site, self.shown_name(), "the drain of its own tracker");
            }
        }
        self.advance(Phase::Closing);
        let clock = Clock::new(began, budget);
        let mut timer = pin!(None);
        let mut tick = Tick::default();
        poll_fn(|cx| {
            loop {
                if let Some(report) = self.report().get() {
                    return Poll::Ready(report.clone());
                }
                if self.admission().is_empty(cx.waker()) {
                    return Poll::Ready(self.finish(began, budget));
                }
                tick.wake(cx.waker());
                let (phase, now) = (self.admission().phase(), Instant::now());
                let dropped = (phase == Phase::Dropped).then(|| self.dropped_at(now));
                let until = match clock.next(phase, dropped, self.longest_grace(), now) {
                    Next::Report => return Poll::Ready(self.finish(began, budget)),
                    Next::Advance(to) => {
                        self.advance(to);
                        continue;
                    }
                    Next::WaitUntil(until) => until,
                };
                timer.set(Some(tokio::time::sleep_until(until)));
                let Some(sleep) = timer.as_mut().as_pin_mut() else {
                    continue;
                };
                if sleep.poll(cx).is_pending() {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    fn finish(&self, began: Instant, budget: Duration) -> DrainReport {
        let mut is_new = false;
        let report = self.report().get_or_init(|| {
            is_new = true;
            self.summary(began, budget, Fate::Stuck)
        });
        if is_new {
            report::suppressed(self, report.unreported());
        }
        report.clone()
    }

    /// The report of a drain that was stopped before its end, or never began.
    pub(crate) fn report_so_far(&self, budget: Duration) -> DrainReport {
        let (began, budget) = self.drain_began().unwrap_or_else(|| (Instant::now(), budget));
        let ended = self.report().get().cloned();
        ended.unwrap_or_else(|| {
            // A call that is accepted after this would not be in the report.
            self.advance(Phase::Closing);
            let report = self.summary(began, budget, Fate::Running);
            report::suppressed(self, report.unreported());
            report
        })
    }

    fn summary(&self, began: Instant, budget: Duration, present: Fate) -> DrainReport {
        let seen = self.snapshot();
        let now = Instant::now();
        let (dropped, left): (Vec<_>, Vec<_>) = seen.exits.iter().partition(|(_, exit, _)| *exit == Exit::Dropped);
        let mut failings_in_grace = Failings::default();
        for how in left.iter().filter_map(|(_, exit, _)| if let Exit::Cancelled(how) = exit { *how } else { None }) {
            failings_in_grace.add(how);
        }
        let left = left.iter().map(|(info, exit, age)| Straggler::new(info.site, Fate::of(*exit), *age));
        let there = seen.present.iter().map(|(info, queued)| {
            let fate = if *queued { Fate::NeverStarted } else { present };
            Straggler::new(info.site, fate, now.saturating_duration_since(info.since.unwrap_or(began)))
        });
        let stragglers = left.chain(there).collect();
        DrainReport::from(Summary {
            tracker: self.name(),
            place: self.place(),
            took: now.saturating_duration_since(began),
            budget,
            stopped: present == Fate::Running,
            finished: seen.finished + dropped.len(),
            dropped: dropped.iter().map(|(info, ..)| info.site).collect(),
            failings: seen.failings,
            failings_in_grace,
            refused: seen.refused,
            stragglers,
            suppressed: self.take_suppressed(),
            full: self.refused_when_full(),
        })
    }
}

/// Reports the suppressed reports of a tracker that is dropped without a drain.
impl Drop for TrackerCore {
    fn drop(&mut self) {
        self.forget();
        let unreported = self.take_suppressed();
        report::suppressed(self, &unreported);
    }
}
