//! The static record of a function, and its counters.
//!
//! An end is counted with a release, and ends are read before starts, with an acquire in between. A reader that sees the end
//! of a call also sees its start, so the sum of ends is never larger than the starts.

use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64, fence};
use std::time::Duration;

use tokio::time::Instant;

#[cfg(feature = "tracing")]
use super::Callsites;
use super::Rejected;
use super::report_limits::ReportLimits;
use super::site_log::SiteLog;
use super::{
    Counts, Isolated, Kind, LastFailure, Outcome, Refusals, SpanKind, Spec, StaticTracker, TrackerCore, names,
};
use crate::timer::TimeoutQueues;
use crate::util::ShardedCounter;

/// The longest timeout. A stand-in shares it with its function.
#[cfg(feature = "testing")]
struct MaxTimeout(OnceLock<std::sync::Arc<AtomicU64>>);

#[cfg(feature = "testing")]
impl MaxTimeout {
    const fn new() -> Self {
        Self(OnceLock::new())
    }

    fn get(&self) -> &AtomicU64 {
        self.0.get_or_init(std::sync::Arc::default)
    }

    fn shared(&self) -> Self {
        self.get();
        Self(self.0.clone())
    }
}

#[cfg(not(feature = "testing"))]
struct MaxTimeout(AtomicU64);

#[cfg(not(feature = "testing"))]
impl MaxTimeout {
    const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    fn get(&self) -> &AtomicU64 {
        &self.0
    }
}

const STARTED: usize = 0;
const COMPLETED: usize = 1;
const FULL: usize = 2;

/// The static record of one annotated function: its name, its file and line, its timeout, and the counters of its calls.
///
/// Every annotated function of the program has one, called or not; [`sites`](crate::sites) lists them. A
/// [`Singleflight`](crate::Singleflight) has one from its first run on. A function with `site = caller` has one more for
/// each line that calls it, from the first call on.
///
/// ```
/// use std::time::Duration;
/// use outlive::{Tracker, detached};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 8);
///
/// #[detached(timeout = "5s", grace = "500ms", track = AUDIT)]
/// async fn write_audit() {}
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let written = write_audit();
/// let site = written.site();
/// written.await.unwrap();
///
/// assert_eq!((site.name(), site.timeout(), site.grace()), ("write_audit", Duration::from_secs(5), Duration::from_millis(500)));
/// assert_eq!(site.counts().completed, 1);
/// # }
/// ```
pub struct TaskSite {
    spec: Spec,
    /// The static tracker, if it has one.
    tracker: Option<&'static dyn StaticTracker>,
    /// A cache of the tracker's core, because each call needs it several times.
    core: OnceLock<&'static TrackerCore>,
    /// The counters of starts, completions, and refusals of a full tracker, which are the frequent ones under load.
    hot: ShardedCounter<3>,
    failed: AtomicU64,
    timed_out: AtomicU64,
    panicked: AtomicU64,
    cancelled: AtomicU64,
    lost: AtomicU64,
    /// Refusals for other reasons than a full tracker.
    rejected: AtomicU64,
    queued: AtomicU64,
    loops: AtomicU64,
    log: OnceLock<Box<SiteLog>>,
    /// Made when a subscriber may enable one.
    #[cfg(feature = "tracing")]
    callsites: OnceLock<&'static Callsites>,
    /// The longest timeout that was set at run time, in nanoseconds.
    max_timeout: MaxTimeout,
    /// The timeout queues of the tasks without an entry in the static tracker.
    timeouts: TimeoutQueues,
    /// There were such tasks, so the tracker has this site in its list.
    is_listed: AtomicBool,
    /// Whose it is: 0 is the process.
    #[cfg(feature = "testing")]
    isolation: u64,
}

impl TaskSite {
    pub(crate) const fn new(spec: Spec, tracker: Option<&'static dyn StaticTracker>) -> Self {
        Self {
            spec,
            tracker,
            core: OnceLock::new(),
            hot: ShardedCounter::new(),
            failed: AtomicU64::new(0),
            timed_out: AtomicU64::new(0),
            panicked: AtomicU64::new(0),
            cancelled: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            queued: AtomicU64::new(0),
            loops: AtomicU64::new(0),
            log: OnceLock::new(),
            #[cfg(feature = "tracing")]
            callsites: OnceLock::new(),
            max_timeout: MaxTimeout::new(),
            timeouts: TimeoutQueues::new(),
            is_listed: AtomicBool::new(false),
            #[cfg(feature = "testing")]
            isolation: 0,
        }
    }

    /// Makes a stand-in for an isolated test: the same function, with its own counters and tracker.
    #[cfg(feature = "testing")]
    pub(crate) fn stand_in(&self, isolation: u64, core: Option<&'static TrackerCore>) -> &'static Self {
        let max_timeout = self.max_timeout.shared();
        let new = Self { max_timeout, isolation, ..Self::new(self.spec, self.tracker) };
        if let Some(core) = core {
            let _ = new.core.set(core);
        }
        Box::leak(Box::new(new))
    }

    /// Makes the site of a line that calls the function, with its own counters and limit on reports.
    pub(super) fn called_from(&self, place: &'static Location<'static>) -> &'static Self {
        let spec = Spec { file: place.file(), line: place.line(), ..self.spec };
        Box::leak(Box::new(Self::new(spec, self.tracker)))
    }

    /// Whose it is: 0 is the process.
    #[cfg(feature = "testing")]
    pub(crate) fn isolation(&self) -> u64 {
        self.isolation
    }

    /// The function's name, or the one given with `name = …`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.spec.name
    }

    /// The module in which it is written.
    #[cfg(feature = "tracing")]
    pub(crate) fn module(&self) -> &'static str {
        self.spec.module
    }

    /// The source file, as `file!()` gives it. With `site = caller`, the file of the call.
    #[must_use]
    pub fn file(&self) -> &'static str {
        self.spec.file
    }

    /// The line of the function's name. With `site = caller`, the line of the call.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.spec.line
    }

    /// The longest that a call may run, without its grace. With `max_timeout`, that maximum.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.spec.timeout.max(Duration::from_nanos(self.max_timeout.get().load(Relaxed)))
    }

    /// The timeout of calls without their own.
    pub(crate) fn default_timeout(&self) -> Duration {
        self.spec.timeout
    }

    /// Notes that calls may have this timeout.
    pub(super) fn raise_max_timeout(&self, timeout: Duration) {
        if timeout > self.spec.timeout {
            self.max_timeout.get().fetch_max(u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX), Relaxed);
        }
    }

    /// The time between cancelling a task and dropping it.
    #[must_use]
    pub fn grace(&self) -> Duration {
        self.spec.grace
    }

    /// The counters of the calls so far. They are exact while no call runs. While calls end concurrently, it reads them
    /// several times, and the result may still miss the latest calls.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Isolated::current().site(self).read_counts()
    }

    fn read_counts(&self) -> Counts {
        let mut ends = self.ends();
        for _ in 0..16 {
            // Pairs with the release in `count`: a reader that sees an end sees its start.
            fence(Acquire);
            ends.started = self.hot.sum(STARTED);
            ends.queued = self.queued.load(Relaxed);
            fence(Acquire);
            let again = self.ends();
            if again.ended() == ends.ended() && again.rejected == ends.rejected {
                break;
            }
            ends = Counts { started: ends.started, queued: ends.queued, ..again };
        }
        // Calls may have ended while this was reading.
        ends.started = ends.started.max(ends.ended());
        ends.live = ends.started - ends.ended();
        ends.loops = self.loops.load(Relaxed);
        ends.retries = self.log.get().map_or(0, |log| log.retries());
        ends
    }

    fn ends(&self) -> Counts {
        Counts {
            completed: self.hot.sum(COMPLETED),
            failed: self.failed.load(Relaxed),
            timed_out: self.timed_out.load(Relaxed),
            panicked: self.panicked.load(Relaxed),
            cancelled: self.cancelled.load(Relaxed),
            lost: self.lost.load(Relaxed),
            rejected: self.hot.sum(FULL) + self.rejected.load(Relaxed),
            ..Counts::default()
        }
    }

    pub(crate) fn tracker(&self) -> Option<&'static dyn StaticTracker> {
        self.tracker
    }

    /// The core of the static tracker that the function names.
    #[inline]
    pub(crate) fn core(&self) -> &'static TrackerCore {
        self.core.get_or_init(|| match self.tracker {
            Some(tracker) => {
                let core = tracker.core();
                names::note(core);
                core
            }
            None => unreachable!("generated code names the tracker of a site that has none"),
        })
    }

    pub(super) fn timeouts(&self) -> &TimeoutQueues {
        &self.timeouts
    }

    /// Adds this site to its tracker's list, through which the tracker finds tasks without an entry.
    #[inline]
    pub(super) fn list(&'static self) {
        if !self.is_listed.load(Relaxed) {
            self.list_once();
        }
    }

    #[cold]
    fn list_once(&'static self) {
        self.core().list(self);
        // Set after the insertion, so that a reader of `true` need not wait. Two concurrent calls list it once.
        self.is_listed.store(true, Release);
    }

    /// How many tasks without an entry are live.
    pub(super) fn live(&self) -> usize {
        usize::try_from(self.read_counts().live).unwrap_or(usize::MAX)
    }

    pub(crate) fn kind(&self) -> Kind {
        self.spec.kind
    }

    /// The callsites of its spans and reports.
    #[cfg(feature = "tracing")]
    #[inline]
    pub(crate) fn callsites(&self) -> &'static Callsites {
        self.callsites.get_or_init(|| Callsites::new(&self.spec)).known()
    }

    pub(crate) fn span_kind(&self) -> SpanKind {
        self.spec.span
    }

    pub(crate) fn count_queued(&self) {
        self.queued.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_unqueued(&self) {
        self.queued.fetch_sub(1, Relaxed);
    }

    pub(crate) fn count_loop(&self) {
        self.loops.fetch_add(1, Relaxed);
    }

    pub(crate) fn uncount_loop(&self) {
        self.loops.fetch_sub(1, Relaxed);
    }

    #[inline]
    pub(crate) fn count_started(&self) {
        self.hot.here(STARTED).fetch_add(1, Relaxed);
    }

    #[inline]
    pub(crate) fn count(&self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Completed => self.hot.here(COMPLETED),
            Outcome::Failed => &self.failed,
            Outcome::TimedOut => &self.timed_out,
            Outcome::Panicked => &self.panicked,
            Outcome::Cancelled => &self.cancelled,
            Outcome::Lost => &self.lost,
            Outcome::Rejected => &self.rejected,
            Outcome::NeverStarted => {
                self.log().count_never_started();
                &self.rejected
            }
        };
        // Pairs with the fence in `read_counts`: a reader that sees an end sees its start.
        counter.fetch_add(1, Release);
    }

    #[inline]
    pub(crate) fn count_refused(&self, rejected: Rejected) {
        if rejected == Rejected::Full {
            self.hot.here(FULL).fetch_add(1, Release);
        } else {
            self.log().count_refused(rejected);
            self.count(Outcome::Rejected);
        }
    }

    /// Counts an attempt after a call's first.
    #[cold]
    pub(crate) fn count_retry(&self) {
        self.log().count_retry();
    }

    fn log(&self) -> &SiteLog {
        self.log.get_or_init(Box::default)
    }

    pub(crate) fn report_limits(&self) -> &ReportLimits {
        &self.log().limits
    }

    /// Keeps the failure for `last_failure`. If many tasks fail, only the first few of each second are kept.
    pub(crate) fn note_failure(&self, outcome: Outcome, now: Instant, cause: impl FnOnce() -> String) {
        self.log().failed(outcome, now, cause);
    }

    pub(crate) fn last_failure(&self) -> Option<LastFailure> {
        self.log.get().and_then(|log| log.last_failure())
    }

    pub(crate) fn refusals(&self) -> Refusals {
        let others = self.log.get().map(|log| log.refusals()).unwrap_or_default();
        Refusals { full: self.hot.sum(FULL), ..others }
    }

    pub(crate) fn is_worker(&self) -> bool {
        self.spec.kind == Kind::Worker
    }

    pub(crate) fn is_loop(&self) -> bool {
        self.spec.kind == Kind::Periodic
    }
}

// It has only atomics and cells that are set once, which a panic cannot leave half changed. Errors refer to it, and cross
// `catch_unwind`.
impl UnwindSafe for TaskSite {}
impl RefUnwindSafe for TaskSite {}

impl std::fmt::Debug for TaskSite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TaskSite")
            .field("name", &self.name())
            .field("file", &self.file())
            .field("line", &self.line())
            .field("timeout", &self.timeout())
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

/// A type that stands for one function, and knows its record.
pub trait StaticSite: 'static {
    #[doc(hidden)]
    fn site() -> &'static TaskSite;
}
