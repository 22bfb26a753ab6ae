use std::num::NonZeroUsize;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, fence};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use crate::__private::{Keeper, Listed, SpanKind, Spec};
use crate::ambient;
use crate::deadline::Lanes;
use crate::report::{Limits, Outcome};
use crate::tracker::Station;

/// The static record of one annotated function: its name, its place in the source, its timeout, and what became of
/// its calls.
///
/// Every function of the program has one, called or not; [`sites`](crate::sites) lists them. A
/// [`Singleflight`](crate::Singleflight) has one from its first run on.
pub struct TaskSite {
    spec: Spec,
    /// Where it is a static.
    tracker: Option<&'static dyn Keeper>,
    /// The same, once it has been asked for: a call asks several times.
    station: OnceLock<&'static Station>,
    /// How often it began, and how often all went well.
    busy: Striped<2>,
    failed: AtomicU64,
    timed_out: AtomicU64,
    panicked: AtomicU64,
    cancelled: AtomicU64,
    lost: AtomicU64,
    rejected: AtomicU64,
    queued: AtomicU64,
    loops: AtomicU64,
    limits: OnceLock<Box<Limits>>,
    /// Of the tasks that have no entry in the static tracker.
    lanes: Lanes,
    /// There have been such tasks.
    light: AtomicBool,
    /// Whose it is: 0 is the process.
    #[cfg(feature = "testing")]
    world: u64,
}

const STARTED: usize = 0;
const COMPLETED: usize = 1;

/// What every call counts: a line of its own for each core, as one that all write to would be fetched each time.
struct Striped<const N: usize>(OnceLock<Box<[Stripe<N>]>>);

#[repr(align(128))]
struct Stripe<const N: usize>([AtomicU64; N]);

impl<const N: usize> Striped<N> {
    const fn new() -> Self {
        Self(OnceLock::new())
    }

    #[inline]
    fn here(&self, which: usize) -> &AtomicU64 {
        let stripes = self.0.get_or_init(|| {
            static CORES: LazyLock<usize> =
                LazyLock::new(|| available_parallelism().map_or(1, NonZeroUsize::get).next_power_of_two().min(64));
            (0..*CORES).map(|_| Stripe([const { AtomicU64::new(0) }; N])).collect()
        });
        // A power of two.
        &stripes[thread() & (stripes.len() - 1)].0[which]
    }

    fn sum(&self, which: usize) -> u64 {
        self.0.get().map_or(0, |stripes| stripes.iter().map(|stripe| stripe.0[which].load(Relaxed)).sum())
    }
}

/// The threads' numbers: those of a runtime come one after another.
#[inline]
fn thread() -> usize {
    thread_local! {
        static OWN: usize = {
            static NEXT: AtomicUsize = AtomicUsize::new(0);
            NEXT.fetch_add(1, Relaxed)
        };
    }
    OWN.try_with(|own| *own).unwrap_or(0)
}

/// The sites that no macro made.
static PLACED: Mutex<Vec<&'static TaskSite>> = Mutex::new(Vec::new());

/// What became of a function's calls, at one moment.
///
/// `started = completed + failed + timed_out + panicked + cancelled + lost + live`, always, and
/// `started + rejected + queued` is the number of calls; for a loop, and a worker that is restarted, of runs.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Counts {
    /// Calls that got their turn. One that its handle aborted or its runtime dropped while it was queued counts here
    /// as well, with `cancelled` or `lost`.
    pub started: u64,
    /// Returned, and not with an `Err`. Also within the grace.
    pub completed: u64,
    /// Returned an `Err`.
    pub failed: u64,
    /// Dropped at the end of their timeout and grace.
    pub timed_out: u64,
    /// Panicked.
    pub panicked: u64,
    /// Dropped by a drain or an abort.
    pub cancelled: u64,
    /// Dropped together with their runtime.
    pub lost: u64,
    /// Never ran: refused at the call, or still queued when a drain ended the queue.
    pub rejected: u64,
    /// Wait for their turn.
    pub queued: u64,
    /// Run.
    pub live: u64,
    /// Loops, and workers that are restarted, that are there: between two runs as well, which are counted in the others.
    pub loops: u64,
}

impl Counts {
    fn ended(&self) -> u64 {
        self.completed + self.failed + self.timed_out + self.panicked + self.cancelled + self.lost
    }
}

impl TaskSite {
    pub(crate) const fn new(spec: Spec, tracker: Option<&'static dyn Keeper>) -> Self {
        Self {
            spec,
            tracker,
            station: OnceLock::new(),
            busy: Striped::new(),
            failed: AtomicU64::new(0),
            timed_out: AtomicU64::new(0),
            panicked: AtomicU64::new(0),
            cancelled: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            queued: AtomicU64::new(0),
            loops: AtomicU64::new(0),
            limits: OnceLock::new(),
            lanes: Lanes::new(),
            light: AtomicBool::new(false),
            #[cfg(feature = "testing")]
            world: 0,
        }
    }

    /// The same function's, in another world.
    #[cfg(feature = "testing")]
    pub(crate) fn twin(&self, world: u64) -> Self {
        Self { world, ..Self::new(self.spec, self.tracker) }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn world(&self) -> u64 {
        self.world
    }

    /// The site of a place in the source that no macro has seen: made when it is first asked for, and kept for good.
    pub(crate) fn placed(spec: Spec, tracker: Option<&'static dyn Keeper>) -> &'static Self {
        let is_same = |site: &Self| {
            let known = &site.spec;
            let is_same_tracker = match (site.tracker, tracker) {
                (Some(known), Some(tracker)) => std::ptr::addr_eq(known, tracker),
                (known, tracker) => known.is_none() && tracker.is_none(),
            };
            (known.name, known.file, known.line, known.timeout) == (spec.name, spec.file, spec.line, spec.timeout)
                && is_same_tracker
        };
        let mut placed = PLACED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = placed.iter().find(|site| is_same(site)) {
            return known;
        }
        let new = Box::leak(Box::new(Self::new(spec, tracker)));
        placed.push(new);
        new
    }

    /// The function's name, or the one given with `name = …`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.spec.name
    }

    /// The source file, as `file!()` gives it.
    #[must_use]
    pub fn file(&self) -> &'static str {
        self.spec.file
    }

    /// The line of the function's name.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.spec.line
    }

    /// The longest that a call may run, its grace not included. With `max_timeout`, that maximum.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.spec.timeout
    }

    /// The time between telling a task to stop and dropping it.
    #[must_use]
    pub fn grace(&self) -> Duration {
        self.spec.grace
    }

    /// What became of the calls so far. Exact while none is under way; else a look that tries again where calls ended
    /// while it looked, and may after that be off by those.
    #[must_use]
    pub fn counts(&self) -> Counts {
        ambient::world().site(self).tally()
    }

    fn tally(&self) -> Counts {
        let mut ends = self.ends();
        for _ in 0..16 {
            // Pairs with the release in `count`: who sees the end sees the start.
            fence(Acquire);
            ends.started = self.busy.sum(STARTED);
            ends.queued = self.queued.load(Relaxed);
            fence(Acquire);
            let again = self.ends();
            if again.ended() == ends.ended() && again.rejected == ends.rejected {
                break;
            }
            ends = Counts { started: ends.started, queued: ends.queued, ..again };
        }
        // Ends that were read after the starts may be more than those.
        ends.started = ends.started.max(ends.ended());
        ends.live = ends.started - ends.ended();
        ends.loops = self.loops.load(Relaxed);
        ends
    }

    fn ends(&self) -> Counts {
        Counts {
            completed: self.busy.sum(COMPLETED),
            failed: self.failed.load(Relaxed),
            timed_out: self.timed_out.load(Relaxed),
            panicked: self.panicked.load(Relaxed),
            cancelled: self.cancelled.load(Relaxed),
            lost: self.lost.load(Relaxed),
            rejected: self.rejected.load(Relaxed),
            ..Counts::default()
        }
    }

    pub(crate) fn tracker(&self) -> Option<&'static dyn Keeper> {
        self.tracker
    }

    /// Of a function that names a static.
    #[inline]
    pub(crate) fn station(&self) -> &'static Station {
        self.station.get_or_init(|| match self.tracker {
            Some(tracker) => tracker.station(),
            None => unreachable!("generated code names the tracker of a site that has none"),
        })
    }

    #[cfg(not(feature = "testing"))]
    pub(crate) fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// Its calls are counted in their tracker, and have no entry.
    #[cfg(not(feature = "testing"))]
    #[inline]
    pub(crate) fn set_light(&self) {
        if !self.light.load(Relaxed) {
            self.light.store(true, Release);
        }
    }

    /// How many such calls are live in the static tracker, with their lanes.
    pub(crate) fn light(&self) -> Option<(usize, &Lanes, &'static Station)> {
        let is_light = self.light.load(Acquire);
        is_light.then(|| (usize::try_from(self.tally().live).unwrap_or(usize::MAX), &self.lanes, self.station()))
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
        self.busy.here(STARTED).fetch_add(1, Relaxed);
    }

    #[inline]
    pub(crate) fn count(&self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Completed => self.busy.here(COMPLETED),
            Outcome::Failed => &self.failed,
            Outcome::TimedOut => &self.timed_out,
            Outcome::Panicked => &self.panicked,
            Outcome::Cancelled => &self.cancelled,
            Outcome::Lost => &self.lost,
            Outcome::Rejected | Outcome::NeverStarted => &self.rejected,
        };
        // Pairs with the fence in `counts`: who sees the end sees the start.
        counter.fetch_add(1, Release);
    }

    pub(crate) fn limits(&self) -> &Limits {
        self.limits.get_or_init(Box::default)
    }
}

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

/// Every annotated function of the program, called or not: the program's own and its libraries'.
///
/// A library that the program names nowhere is not linked, and so not listed.
///
/// ```
/// for site in outlive::sites() {
///     println!("{} at {}:{}: {:?}", site.name(), site.file(), site.line(), site.counts());
/// }
/// ```
pub fn sites() -> impl Iterator<Item = &'static TaskSite> {
    let world = ambient::world();
    made().map(move |site| world.site(site))
}

/// The process's own.
pub(crate) fn made() -> impl Iterator<Item = &'static TaskSite> {
    let placed = PLACED.lock().unwrap_or_else(PoisonError::into_inner).clone();
    // The last to be submitted comes first there.
    let submitted: Vec<_> = inventory::iter::<Listed>().map(|listed| listed.0).collect();
    submitted.into_iter().rev().chain(placed)
}
