//! The report of a drain.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::names::is_ambiguous;
use super::{Suppressed, TaskSite};
use crate::admission::{Exit, Failings};
use crate::util::Rounded;
use crate::util::text::Named;

/// The report of a drain: how many tasks ended by themselves, and the names of those that did not.
///
/// Its `Display` is for an operator:
///
/// ```text
/// audit: drained in 20s of 20s: 41 ended (3 timed out, 1 dropped), 4 cancelled, 2 aborted, 7 never started; 3 calls refused meanwhile
///   cancelled      4 × write_audit (src/audit.rs:14), the oldest after 953ms, and ended in the grace
///   aborted        2 × write_audit (src/audit.rs:14), the oldest after 4.2s
///   never started  7 × write_audit (src/audit.rs:14), the oldest after 19.9s
///   dropped        1 × consume (src/orders.rs:31), at an await: a worker without a grace
///   not reported   3 × write_audit (src/audit.rs:14): detached task failed, and nobody looked
///   refused, full  9 × write_audit (src/audit.rs:14): before the drain
/// ```
///
/// The last line is about the functions of a static tracker, and counts the calls that the full tracker has refused since the
/// process began.
///
/// [`Tracker::drain`](crate::Tracker::drain) and [`TaskOwner::shutdown`](crate::TaskOwner::shutdown) return it, and a
/// [`ShutdownReport`](crate::ShutdownReport) has one for each tracker.
///
/// ```
/// use outlive::{Tracker, detached};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 64);
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn write_audit(order: u64) {
///     // … the database …
///     # let _ = order;
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// write_audit(7);
/// let report = AUDIT.drain().await;
/// assert_eq!((report.finished(), report.aborted()), (1, 0));
/// assert!(report.is_clean());
/// # }
/// ```
#[must_use = "the report says what was cut short"]
#[derive(Clone)]
pub struct DrainReport(Arc<Summary>);

/// The content of a drain's report.
pub(crate) struct Summary {
    pub(crate) tracker: &'static str,
    /// Where the tracker was made.
    pub(crate) place: &'static Location<'static>,
    pub(crate) took: Duration,
    pub(crate) budget: Duration,
    /// Whether it was stopped before its end, or never began.
    pub(crate) stopped: bool,
    /// How many ended by themselves.
    pub(crate) finished: usize,
    /// How many of these did not end well.
    pub(crate) failings: Failings,
    /// Of these, the workers without a grace that were dropped when they were cancelled.
    pub(crate) dropped: Vec<&'static TaskSite>,
    /// How many of those that were cancelled, and ended within their grace, did not end well.
    pub(crate) failings_in_grace: Failings,
    pub(crate) refused: usize,
    pub(crate) stragglers: Vec<Straggler>,
    pub(crate) suppressed: Vec<Suppressed>,
    /// How many calls of each function the full tracker refused, before it drained.
    pub(crate) full: Vec<(&'static TaskSite, u64)>,
}

impl From<Summary> for DrainReport {
    fn from(summary: Summary) -> Self {
        Self(Arc::new(summary))
    }
}

/// A task that did not end by itself while its tracker drained.
///
/// [`DrainReport::stragglers`] lists them.
///
/// ```
/// use outlive::{DrainReport, Fate};
///
/// fn stuck(report: &DrainReport) -> Vec<&'static str> {
///     let stuck = report.stragglers().iter().filter(|straggler| straggler.fate() == Fate::Stuck);
///     stuck.map(|straggler| straggler.site().name()).collect()
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # static AUDIT: outlive::Tracker = outlive::Tracker::bounded("audit", 8);
/// assert!(stuck(&AUDIT.drain().await).is_empty());
/// # }
/// ```
#[derive(Clone)]
pub struct Straggler {
    site: &'static TaskSite,
    fate: Fate,
    age: Duration,
}

/// How a [`Straggler`] ended, if it did.
///
/// Its `Display` is a phrase for an operator: `never started`.
///
/// ```
/// use outlive::{DrainReport, Fate};
///
/// /// How many tasks may have done a part of their work.
/// fn half_done(report: &DrainReport) -> usize {
///     let fates = report.stragglers().iter().map(|straggler| straggler.fate());
///     fates.filter(|fate| matches!(fate, Fate::Aborted | Fate::Stuck | Fate::Running)).count()
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Fate {
    /// The drain cancelled it, and it ended within its grace.
    Cancelled,
    /// Its future was dropped at an await, by the drain or by its handle. The function's counter
    /// [`cancelled`](crate::Counts::cancelled) has it.
    Aborted,
    /// It was still queued when the drain closed the queue, or was stopped. Its body never ran.
    NeverStarted,
    /// It did not reach an await, or is a blocking thread. It may run on until the process ends.
    Stuck,
    /// It was still running when a second signal stopped the [`Shutdown`](crate::Shutdown).
    Running,
}

impl Fate {
    pub(crate) fn of(exit: Exit) -> Self {
        match exit {
            // A task that ended by itself is only counted.
            Exit::Finished | Exit::Failed(_) | Exit::Cancelled(_) | Exit::Dropped => Self::Cancelled,
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
    pub(crate) fn new(site: &'static TaskSite, fate: Fate, age: Duration) -> Self {
        Self { site, fate, age }
    }

    /// The function.
    #[must_use]
    pub fn site(&self) -> &'static TaskSite {
        self.site
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn fate(&self) -> Fate {
        self.fate
    }

    /// How long it had run, or, if it never started, how long it had been queued. For a task that never reached an await, or
    /// was still queued when the drain was stopped, this counts from the begin of the drain: the task is at least this old.
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

    /// The source file in which the tracker was made, as `file!()` gives it.
    #[must_use]
    pub fn file(&self) -> &'static str {
        self.0.place.file()
    }

    /// The line in that file. The text of the report has file and line if the program has several trackers of this name.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.0.place.line()
    }

    /// How long the drain took.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.0.took
    }

    /// Tasks that ended by themselves during the drain, whatever their outcome: those that timed out, panicked or returned an
    /// `Err` count, too. The text of the report says `50 ended (2 timed out)`, and the sites' counters have all outcomes. A
    /// worker without a grace, which is dropped at an await when it is cancelled, counts as well: the text says `3 ended (1
    /// dropped)`, and has a line with its name. Whether it was idle there, or in the middle of a message, cannot be known:
    /// give it a grace if it must not be cut. Tasks that ended before the drain do not count, nor does a loop between two
    /// runs, nor a worker that waits for its restart.
    #[must_use]
    pub fn finished(&self) -> usize {
        self.0.finished
    }

    /// Tasks that the drain cancelled, and that ended within their grace.
    #[must_use]
    pub fn cancelled(&self) -> usize {
        self.count(Fate::Cancelled)
    }

    /// Tasks whose futures were dropped before their end, by the drain or by their handles.
    #[must_use]
    pub fn aborted(&self) -> usize {
        self.count(Fate::Aborted)
    }

    /// Tasks that were still queued when the drain closed the queue.
    #[must_use]
    pub fn never_started(&self) -> usize {
        self.count(Fate::NeverStarted)
    }

    /// Tasks that may run on, because they did not reach an await, or run on a blocking thread.
    #[must_use]
    pub fn stuck(&self) -> usize {
        self.count(Fate::Stuck)
    }

    /// Calls from outside that were refused while the tracker drained.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.0.refused
    }

    /// Reports that were suppressed, because too many came at once, and that no later report has counted. For each kind, an
    /// event with the count is sent before the drain returns.
    #[must_use]
    pub fn suppressed(&self) -> u64 {
        self.0.suppressed.iter().map(|suppressed| suppressed.count).sum()
    }

    /// How many of those that ended by themselves did not end well.
    pub(crate) fn failings(&self) -> Failings {
        self.0.failings
    }

    /// The same for a reader: ` (2 timed out, 1 panicked)`, or nothing.
    #[cfg(feature = "page")]
    pub(crate) fn how_many_failed(&self) -> impl fmt::Display + '_ {
        HowManyFailed::of(&self.0)
    }

    /// Of those that ended by themselves, the workers without a grace that were dropped when they were cancelled.
    pub(crate) fn dropped(&self) -> usize {
        self.0.dropped.len()
    }

    /// Whether it is this report: a tracker in several phases is drained once.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// How many tasks were still running when the drain was stopped.
    pub(crate) fn running(&self) -> usize {
        self.count(Fate::Running)
    }

    /// The text of the report, for a line that has the tracker's name already.
    pub(crate) fn without_its_name(&self) -> impl fmt::Display + '_ {
        WithoutItsName(&self.0)
    }

    pub(crate) fn unreported(&self) -> &[Suppressed] {
        &self.0.suppressed
    }

    /// Whether every accepted task ended by itself: the drain cut none short, so that there are no
    /// [`stragglers`](Self::stragglers). A task that timed out, panicked or returned an
    /// `Err` during the drain has ended by itself, and its own event reports it. Calls that were refused during the drain do
    /// not matter.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.0.stragglers.is_empty()
    }

    /// The tasks that did not end by themselves. A run of a loop is one, and the loop is none.
    #[must_use]
    pub fn stragglers(&self) -> &[Straggler] {
        &self.0.stragglers
    }
}

impl fmt::Display for DrainReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { tracker, place, .. } = &*self.0;
        write!(f, "{}", Named(tracker))?;
        if is_ambiguous(tracker) {
            write!(f, " ({}:{})", place.file(), place.line())?;
        }
        write!(f, ": {}", self.without_its_name())
    }
}

/// See [`DrainReport::without_its_name`].
struct WithoutItsName<'a>(&'a Summary);

impl fmt::Display for WithoutItsName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { took, budget, stopped, finished, dropped, refused, stragglers, suppressed, full, .. } = self.0;
        let drained = if *stopped { "stopped after" } else { "drained in" };
        write!(f, "{drained} {} of {budget:?}: ", Rounded(*took))?;
        // "0 ended" would read as if nothing had ever run.
        match (finished, stragglers.is_empty()) {
            (0, true) => f.write_str("nothing was left to finish")?,
            (finished, _) => write!(f, "{finished} ended{}", HowManyFailed::of(self.0))?,
        }
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
            if fate == Fate::Cancelled {
                write!(f, "{}", HowManyFailed { failings: self.0.failings_in_grace, dropped: 0 })?;
            }
        }
        match refused {
            0 => {}
            1 => f.write_str("; 1 call refused meanwhile")?,
            more => write!(f, "; {more} calls refused meanwhile")?,
        }
        for ((fate, file, line, name), (count, oldest)) in groups {
            let age = Rounded(oldest);
            let but = if fate == Fate::Cancelled { ", and ended in the grace" } else { "" };
            write!(f, "\n  {fate:<13}  {count} × {name} ({file}:{line}), the oldest after {age}{but}")?;
        }
        let mut at_once: BTreeMap<_, usize> = BTreeMap::new();
        for site in dropped {
            *at_once.entry((site.file(), site.line(), site.name())).or_default() += 1;
        }
        for ((file, line, name), count) in at_once {
            write!(
                f,
                "\n  {:<13}  {count} × {name} ({file}:{line}), at an await: a worker without a grace",
                "dropped"
            )?;
        }
        for Suppressed { site, kind, count } in suppressed {
            let (name, file, line, what) = (site.name(), site.file(), site.line(), kind.phrase(site.kind()));
            write!(f, "\n  {:<13}  {count} × {name} ({file}:{line}): {what}", "not reported")?;
        }
        for (site, count) in full {
            let (name, file, line) = (site.name(), site.file(), site.line());
            write!(f, "\n  {:<13}  {count} × {name} ({file}:{line}): before the drain", "refused, full")?;
        }
        Ok(())
    }
}

/// Of the tasks that ended by themselves, those that did not end well, and the workers that were dropped: ` (2 timed out, 1
/// panicked)`, or nothing.
pub(crate) struct HowManyFailed {
    pub(crate) failings: Failings,
    pub(crate) dropped: usize,
}

impl HowManyFailed {
    fn of(summary: &Summary) -> Self {
        Self { failings: summary.failings, dropped: summary.dropped.len() }
    }
}

impl fmt::Display for HowManyFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { failings: Failings { failed, timed_out, panicked }, dropped } = *self;
        let mut before = " (";
        for (count, how) in [(failed, "failed"), (timed_out, "timed out"), (panicked, "panicked"), (dropped, "dropped")]
        {
            if count > 0 {
                write!(f, "{before}{count} {how}")?;
                before = ", ";
            }
        }
        if before == ", " { f.write_str(")") } else { Ok(()) }
    }
}

impl fmt::Debug for DrainReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
