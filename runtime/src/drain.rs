use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use crate::context::later;
use crate::pulse::Beat;
use crate::roster::{Exit, Phase};
use crate::tracker::Station;
use crate::{TaskSite, ambient, report};

/// How long a drain waits, after it has dropped the tasks, for those that do not come to an await.
pub(crate) const STUCK_AFTER: Duration = Duration::from_secs(1);

impl Station {
    pub(crate) async fn drained(&self, budget: Duration) -> DrainReport {
        let (began, budget) = *self.drain_state().get_or_init(|| (Instant::now(), budget));
        if ambient::caller() == Some(self.address()) {
            report::waits_for_itself(self.name());
        }
        self.advance(Phase::Closing);
        let dropped_at = later(began, budget);
        let stuck_at = later(dropped_at, STUCK_AFTER);
        let mut timer = pin!(None);
        let mut beat = Beat::default();
        poll_fn(|cx| {
            loop {
                if let Some(report) = self.report().get() {
                    return Poll::Ready(report.clone());
                }
                if self.roster().is_empty(cx.waker()) {
                    return Poll::Ready(self.finish(began, budget));
                }
                beat.wake(cx.waker());
                let now = Instant::now();
                let told_at = dropped_at.checked_sub(self.longest_grace()).unwrap_or(began).max(began);
                let next = if now >= stuck_at {
                    return Poll::Ready(self.finish(began, budget));
                } else if now >= dropped_at {
                    self.advance(Phase::Dropped);
                    stuck_at
                } else if now >= told_at {
                    self.advance(Phase::Told);
                    dropped_at
                } else {
                    told_at
                };
                timer.set(Some(tokio::time::sleep_until(next)));
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
        self.report().get_or_init(|| self.look(began, budget, Fate::Stuck)).clone()
    }

    /// What a drain that is not awaited to its end leaves, or one that has not begun.
    pub(crate) fn unfinished(&self, budget: Duration) -> DrainReport {
        let (began, budget) = self.drain_state().get().copied().unwrap_or_else(|| (Instant::now(), budget));
        let ended = self.report().get().cloned();
        ended.unwrap_or_else(|| self.look(began, budget, Fate::Running))
    }

    fn look(&self, began: Instant, budget: Duration, present: Fate) -> DrainReport {
        let now = Instant::now();
        let sight = self.roster().sight();
        let left = sight.exits.iter().map(|(ticket, exit, age)| (ticket.site, Fate::of(*exit), *age));
        let present_now = self.present();
        let there = present_now.iter().map(|(ticket, queued)| {
            let fate = if *queued { Fate::NeverStarted } else { present };
            (ticket.site, fate, now.saturating_duration_since(ticket.since.unwrap_or(began)))
        });
        DrainReport(Arc::new(Drained {
            tracker: self.name(),
            took: now.saturating_duration_since(began),
            budget,
            stopped: present == Fate::Running,
            finished: sight.finished,
            refused: sight.refused,
            stragglers: left.chain(there).map(|(site, fate, age)| Straggler { site, fate, age }).collect(),
        }))
    }
}

/// What a drain found: who ended by itself, and who did not, by name.
///
/// Its `Display` is for an operator:
///
/// ```text
/// audit: drained in 20s of 20s: 41 finished, 2 aborted, 7 never started; 3 calls refused meanwhile
///   aborted        2 × write_audit (src/audit.rs:14), the oldest after 4.2s
///   never started  7 × write_audit (src/audit.rs:14), the oldest after 19.9s
/// ```
#[must_use = "the report says what was cut short"]
#[derive(Clone)]
pub struct DrainReport(Arc<Drained>);

struct Drained {
    tracker: &'static str,
    took: Duration,
    budget: Duration,
    /// Before its end, or before it began.
    stopped: bool,
    finished: usize,
    refused: usize,
    stragglers: Vec<Straggler>,
}

/// A task that did not end by itself while its tracker drained.
#[derive(Clone)]
pub struct Straggler {
    site: &'static TaskSite,
    fate: Fate,
    age: Duration,
}

/// What became of a [`Straggler`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Fate {
    /// Told to stop, and ended within its grace.
    Cancelled,
    /// Its future was dropped, at an await.
    Aborted,
    /// Was still queued when the drain ended the queue, or was stopped. Nothing of it ran.
    NeverStarted,
    /// Did not come to an await, or a blocking thread: it may run on, until the process ends.
    Stuck,
    /// Still ran when a second signal stopped the [`Shutdown`](crate::Shutdown).
    Running,
}

impl Fate {
    fn of(exit: Exit) -> Self {
        match exit {
            // Never recorded: who finished is only counted.
            Exit::Finished | Exit::Cancelled => Self::Cancelled,
            Exit::Aborted => Self::Aborted,
            Exit::NeverStarted => Self::NeverStarted,
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Cancelled => "cancelled",
            Self::Aborted => "aborted",
            Self::NeverStarted => "never started",
            Self::Stuck => "stuck",
            Self::Running => "still running",
        })
    }
}

impl Straggler {
    /// The function.
    #[must_use]
    pub fn site(&self) -> &'static TaskSite {
        self.site
    }

    /// What became of it.
    #[must_use]
    pub fn fate(&self) -> Fate {
        self.fate
    }

    /// How long it had run; where it never started, how long it had been queued. One that never came to an await, or still
    /// was queued when a drain was stopped, was first seen when the drain began: it is at least this old.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.age
    }
}

impl fmt::Debug for Straggler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({}:{}) after {:?}", self.fate, self.site.name(), self.site.file(), self.site.line(), self.age)
    }
}

impl DrainReport {
    fn count(&self, fate: Fate) -> usize {
        self.0.stragglers.iter().filter(|straggler| straggler.fate == fate).count()
    }

    /// The tracker's name.
    #[must_use]
    pub fn tracker(&self) -> &'static str {
        self.0.tracker
    }

    /// How long the drain took.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.0.took
    }

    /// Tasks that ended by themselves, whatever their outcome: their sites' counters have those.
    #[must_use]
    pub fn finished(&self) -> usize {
        self.0.finished
    }

    /// Tasks that ended within their grace, after they had been told to.
    #[must_use]
    pub fn cancelled(&self) -> usize {
        self.count(Fate::Cancelled)
    }

    /// Tasks whose futures were dropped.
    #[must_use]
    pub fn aborted(&self) -> usize {
        self.count(Fate::Aborted)
    }

    /// Tasks that were still queued when the drain ended the queue.
    #[must_use]
    pub fn never_started(&self) -> usize {
        self.count(Fate::NeverStarted)
    }

    /// Tasks that may run on: they did not come to an await, or a blocking thread is theirs.
    #[must_use]
    pub fn stuck(&self) -> usize {
        self.count(Fate::Stuck)
    }

    /// Calls from outside that were refused while the tracker drained.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.0.refused
    }

    /// Whether every accepted task ended by itself. Calls refused meanwhile were not accepted.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.0.stragglers.is_empty()
    }

    /// Everyone who did not end by itself.
    #[must_use]
    pub fn stragglers(&self) -> &[Straggler] {
        &self.0.stragglers
    }
}

impl fmt::Display for DrainReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Drained { tracker, took, budget, stopped, finished, refused, stragglers } = &*self.0;
        let drained = if *stopped { "stopped after" } else { "drained in" };
        write!(f, "{tracker}: {drained} {} of {budget:?}: {finished} finished", Rounded(*took))?;
        let mut groups: BTreeMap<_, (usize, Duration)> = BTreeMap::new();
        let mut totals: BTreeMap<Fate, usize> = BTreeMap::new();
        for Straggler { site, fate, age } in stragglers {
            let key = (*fate, site.file(), site.line(), site.name());
            let (count, oldest) = groups.entry(key).or_default();
            *count += 1;
            *oldest = (*oldest).max(*age);
            *totals.entry(*fate).or_default() += 1;
        }
        for (fate, count) in totals {
            write!(f, ", {count} {fate}")?;
        }
        match refused {
            0 => {}
            1 => f.write_str("; 1 call refused meanwhile")?,
            more => write!(f, "; {more} calls refused meanwhile")?,
        }
        for ((fate, file, line, name), (count, oldest)) in groups {
            let age = Rounded(oldest);
            write!(f, "\n  {fate:<13}  {count} × {name} ({file}:{line}), the oldest after {age}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for DrainReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// To the millisecond: an operator reads no nanoseconds.
struct Rounded(Duration);

impl fmt::Display for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        if millis == 0 { f.write_str("0s") } else { write!(f, "{:?}", Duration::from_millis(millis)) }
    }
}
