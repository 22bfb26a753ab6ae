use std::any::TypeId;
use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::task::Id;
use tokio::time::Instant;

use crate::chain::Chain;
use crate::deadline::{Lanes, NoClock, Spot, Ticks};
use crate::roster::{Book, Exit, Key, Kind, Phase, Request, Roster};
use crate::world::World;
use crate::{CancelCause, DrainReport, TaskSite, sync};

/// The one place to wait: it admits calls, holds them to a bound, counts them, and drains.
///
/// A tracker is a static, or an `Arc<Tracker>`. Its bound is part of it: `running` tasks run at once, and with
/// [`queue`](Self::queue) more may wait for their turn, first come first served. What is neither is refused with
/// [`Rejected::Full`](crate::Rejected::Full).
///
/// The drain budget, in seconds, is part of its type, so that `timeout + grace <= budget` is proved of every function
/// that uses it when it is compiled. The default is 20 s, which leaves a third of Kubernetes' 30 for the rest.
///
/// Beside tokio-util's `TaskTracker`: that one has no bound, goes on accepting tasks after `close()`, waits for them
/// without end, and does not know who they are.
///
/// ```
/// use outlive::{Tracker, detached};
///
/// // 64 run at once, 10,000 may wait; drains within 20 s.
/// static AUDIT: Tracker = Tracker::bounded("audit", 64).queue(10_000);
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn write_audit(event: String) {
///     println!("{event}");
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// write_audit("signed in".to_owned());
///
/// let report = AUDIT.drain().await;
/// assert!(report.is_clean(), "{report}");
/// # }
/// ```
pub struct Tracker<const DRAIN_SECS: u64 = 20> {
    running: usize,
    waiting: usize,
    station: Station,
}

/// What a tracker is, whatever its budget.
pub struct Station {
    name: &'static str,
    roster: Roster<Ticket, CancelCause, Id>,
    /// The tasks without an entry, by their function: of functions whose only tracker this is not.
    cohorts: Chain<Cohort>,
    /// When the drain began, and how long it may take.
    drain: OnceLock<(Instant, Duration)>,
    report: OnceLock<DrainReport>,
    /// The loops that run, of those that may run only once.
    once: Mutex<Vec<Instance>>,
}

/// A loop's function, and which of its instantiations, where it is generic.
type Instance = (&'static TaskSite, TypeId);

/// What a tracker knows of a task.
#[derive(Clone, Copy)]
pub(crate) struct Ticket {
    pub(crate) site: &'static TaskSite,
    /// When the task was first seen to wait.
    pub(crate) since: Option<Instant>,
}

impl Tracker {
    /// A tracker of which at most `running` tasks run at once, and none wait.
    ///
    /// ```
    /// use outlive::Tracker;
    ///
    /// static MAIL: Tracker = Tracker::bounded("mail", 8);
    /// ```
    ///
    /// # Panics
    ///
    /// If `running` is zero; in a static, this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn bounded(name: &'static str, running: usize) -> Self {
        assert!(running > 0, "a tracker whose bound is 0 can run nothing: give it at least 1");
        Self::build(name, running, 0)
    }

    /// A tracker without a bound: as many tasks run at once as are called. Memory is the limit.
    #[must_use]
    pub const fn unbounded(name: &'static str) -> Self {
        Self::build(name, usize::MAX, 0)
    }
}

impl<const DRAIN_SECS: u64> Tracker<DRAIN_SECS> {
    const BUDGET: Duration = Duration::from_secs(DRAIN_SECS);

    const fn build(name: &'static str, running: usize, waiting: usize) -> Self {
        Self { running, waiting, station: Station::new(name, running, waiting) }
    }

    /// Lets `waiting` more calls wait for their turn, first come first served.
    ///
    /// A queued call is spawned and tracked at once. Its timeout begins with its turn.
    #[must_use]
    pub const fn queue(self, waiting: usize) -> Self {
        let new = Self::build(self.station.name, self.running, waiting);
        // A const fn cannot drop what has a destructor. Nothing is lost: a tracker that is moved has nothing inside.
        mem::forget(self);
        new
    }

    /// Sets how long a [`drain`](Self::drain) may take, in seconds.
    ///
    /// ```
    /// use outlive::Tracker;
    ///
    /// static EXPORT: Tracker<90> = Tracker::bounded("export", 4).drain_budget::<90>();
    /// ```
    #[must_use]
    pub const fn drain_budget<const SECS: u64>(self) -> Tracker<SECS> {
        let new = Tracker::build(self.station.name, self.running, self.waiting);
        mem::forget(self);
        new
    }

    /// The name it was given.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.station.name
    }

    /// How long a [`drain`](Self::drain) may take; a task that does not yield costs one second more.
    #[must_use]
    pub const fn budget(&self) -> Duration {
        Self::BUDGET
    }

    /// How many tasks it tracks: those that run, and those that wait for their turn.
    #[must_use]
    pub fn live(&self) -> usize {
        self.station.here().roster.live()
    }

    /// Whether a drain has begun. It stays so: a tracker drains once.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.station.here().roster.phase() != Phase::Open
    }

    /// Refuses new calls, waits for the tasks, cancels what does not end in time, and reports.
    ///
    /// 1. From the first poll, calls from outside get [`Rejected::Draining`](crate::Rejected::Draining). Calls that a
    ///    live task of this tracker makes are accepted work, and kept.
    /// 2. The tasks run on; queued ones get their turn.
    /// 3. At the budget less the longest grace among them, the tasks are told: their
    ///    [`Context`](crate::Context::cancelled) is cancelled with [`CancelCause::Shutdown`]. The queue is ended, and calls
    ///    are refused whoever makes them.
    /// 4. At the budget, their futures are dropped.
    /// 5. A task that does not come to an await cannot be dropped. After one more second it is reported as stuck.
    ///
    /// Call it when the server's future has returned: its requests are done by then.
    ///
    /// Any number of callers may drain; all get the same report. tokio-util's `close()` and `wait()` in one, and it
    /// really closes.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the tracker closed, and nobody to cancel its tasks; another call goes on with what
    /// is left of the budget, which counts from the first.
    ///
    /// # Panics
    ///
    /// If tasks are live, outside a tokio runtime with a time driver.
    pub async fn drain(&self) -> DrainReport {
        let station = self.station.here();
        station.drained(Self::BUDGET).await
    }

    pub(crate) const fn station(&self) -> &Station {
        &self.station
    }
}

impl<const DRAIN_SECS: u64> fmt::Debug for Tracker<DRAIN_SECS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracker")
            .field("name", &self.name())
            .field("live", &self.live())
            .field("is_draining", &self.is_draining())
            .finish_non_exhaustive()
    }
}

impl Station {
    pub(crate) const fn new(name: &'static str, running: usize, waiting: usize) -> Self {
        let words = [sync::AtomicUsize::new(0), sync::AtomicUsize::new(0), sync::AtomicUsize::new(0)];
        let roster = Roster::new((running, waiting), sync::Mutex::new(Book::new(running, waiting)), words);
        let once = Mutex::new(Vec::new());
        Self { name, roster, cohorts: Chain::new(), drain: OnceLock::new(), report: OnceLock::new(), once }
    }

    /// One like it, with nothing inside.
    #[cfg(feature = "testing")]
    pub(crate) fn twin(&self) -> Self {
        let (running, waiting) = self.roster.limits();
        Self::new(self.name, running, waiting)
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    #[inline]
    pub(crate) fn roster(&self) -> &Roster<Ticket, CancelCause, Id> {
        &self.roster
    }

    /// Whose drain lets a task's calls pass: an identity, never followed.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    pub(crate) fn request(&self, site: &'static TaskSite, caller: Option<usize>, kind: Kind) -> Request<Ticket> {
        let info = Ticket { site, since: None };
        Request { info, grace: site.grace(), kept: caller == Some(self.address()), kind }
    }

    pub(crate) fn drain_state(&self) -> &OnceLock<(Instant, Duration)> {
        &self.drain
    }

    pub(crate) fn report(&self) -> &OnceLock<DrainReport> {
        &self.report
    }

    /// What a call that is let pass during the drain may still take.
    pub(crate) fn left(&self) -> Option<Duration> {
        let (began, budget) = self.drain.get()?;
        Some(crate::context::later(*began, *budget).saturating_duration_since(Instant::now()))
    }

    #[inline]
    fn cohort(&self, site: &'static TaskSite) -> &Cohort {
        let new = || Cohort { site, live: AtomicUsize::new(0), lanes: Lanes::new() };
        self.cohorts.find(new, |cohort| std::ptr::eq(cohort.site, site).then_some(cohort))
    }

    /// Of each function, how many tasks are there without an entry, and the lanes of those of them that wait.
    fn light(&self) -> impl Iterator<Item = (&'static TaskSite, usize, &Lanes)> {
        let own = crate::site::made().filter_map(|site| {
            let (live, lanes, station) = site.light()?;
            (station.address() == self.address()).then_some((site, live, lanes))
        });
        own.chain(self.cohorts.iter().map(|Cohort { site, live, lanes }| (*site, live.load(Ordering::Acquire), lanes)))
    }

    pub(crate) fn advance(&self, to: Phase) {
        self.roster.advance(to);
        if to >= Phase::Told {
            for (_, _, lanes) in self.light() {
                lanes.wakers().into_iter().for_each(Waker::wake);
            }
        }
    }

    /// The longest grace among those who are yet to be told.
    pub(crate) fn longest_grace(&self) -> Duration {
        let light = self.light().filter(|(_, live, _)| *live > 0).map(|(site, _, _)| site.grace());
        light.max().unwrap_or_default().max(self.roster.longest_grace())
    }

    /// Everybody there, and whether it waits for its turn.
    pub(crate) fn present(&self) -> Vec<(Ticket, bool)> {
        let mut present = self.roster.sight().present;
        for (site, live, lanes) in self.light() {
            let waiting = lanes.present();
            // Those who have not come to an await.
            let others = live.saturating_sub(waiting.len());
            let since = waiting.into_iter().map(Ticks::instant).chain(std::iter::repeat_n(None, others));
            present.extend(since.map(|since| (Ticket { site, since }, false)));
        }
        present
    }
}

/// The tasks of one function in one tracker, as far as they have no entry.
struct Cohort {
    site: &'static TaskSite,
    live: AtomicUsize,
    lanes: Lanes,
}

/// A task's tracker: its site's, or one of its own.
#[derive(Clone)]
pub enum Home {
    Site(&'static Station),
    Shared(Arc<dyn Stationed>),
}

pub trait Stationed: Send + Sync + 'static {
    fn station(&self) -> &Station;
}

impl<const DRAIN_SECS: u64> Stationed for Tracker<DRAIN_SECS> {
    fn station(&self) -> &Station {
        &self.station
    }
}

impl Home {
    #[inline]
    pub(crate) fn station(&self) -> &Station {
        match self {
            Self::Site(station) => station,
            Self::Shared(tracker) => tracker.station(),
        }
    }
}

/// The right of a loop to be the only one of its kind in its tracker.
pub(crate) struct Claim {
    home: Home,
    instance: Instance,
}

impl Claim {
    /// `None` where one runs already.
    pub(crate) fn new(home: &Home, instance: Instance) -> Option<Self> {
        let mut once = home.station().once.lock().unwrap_or_else(PoisonError::into_inner);
        if once.iter().any(|known| is_same(*known, instance)) {
            return None;
        }
        once.push(instance);
        Some(Self { home: home.clone(), instance })
    }
}

fn is_same(one: Instance, other: Instance) -> bool {
    std::ptr::eq(one.0, other.0) && one.1 == other.1
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut once = self.home.station().once.lock().unwrap_or_else(PoisonError::into_inner);
        once.retain(|known| !is_same(*known, self.instance));
    }
}

/// Where a task belongs: to a function, and a tracker.
pub trait Place: Clone + Send + 'static {
    fn site(&self) -> &'static TaskSite;

    fn station(&self) -> &Station;

    fn home(&self) -> Home;

    /// The same, taken out: it is asked for nothing more but its site.
    fn take_home(&mut self) -> Home;

    /// Its tracker is not its site's own.
    const IS_ELSEWHERE: bool;

    /// Exchanges its tracker, where that is elsewhere, for what is kept in the meantime.
    fn lend(&mut self, kept: &mut Option<Home>);

    /// Of the tasks like it.
    fn lanes(&self) -> &Lanes;

    /// It is there, without an entry.
    fn came(&self);

    fn gone(&self);
}

/// The static tracker that the function names.
#[cfg(not(feature = "testing"))]
#[derive(Clone, Copy)]
pub struct Fixed(&'static TaskSite);

#[cfg(not(feature = "testing"))]
impl Place for Fixed {
    #[inline]
    fn site(&self) -> &'static TaskSite {
        self.0
    }

    #[inline]
    fn station(&self) -> &Station {
        self.0.station()
    }

    #[inline]
    fn home(&self) -> Home {
        Home::Site(self.0.station())
    }

    #[inline]
    fn take_home(&mut self) -> Home {
        self.home()
    }

    const IS_ELSEWHERE: bool = false;

    #[inline]
    fn lend(&mut self, _: &mut Option<Home>) {}

    #[inline]
    fn lanes(&self) -> &Lanes {
        self.0.lanes()
    }

    #[inline]
    fn came(&self) {
        self.0.set_light();
    }

    #[inline]
    fn gone(&self) {}
}

/// In a test's world, that is a twin.
#[cfg(feature = "testing")]
pub(crate) type Fixed = Moved;

#[cfg(not(feature = "testing"))]
pub(crate) fn fixed(site: &'static TaskSite, _: &World) -> Fixed {
    Fixed(site)
}

#[cfg(feature = "testing")]
pub(crate) fn fixed(site: &'static TaskSite, world: &World) -> Fixed {
    Moved::new(site, Home::Site(site.station()), world)
}

/// Any tracker.
#[derive(Clone)]
pub struct Moved {
    site: &'static TaskSite,
    /// Lent while its task's code runs.
    home: Option<Home>,
}

impl Moved {
    pub(crate) fn new(site: &'static TaskSite, home: Home, world: &World) -> Self {
        let (site, home) = world.enter(site, home);
        Self { site, home: Some(home) }
    }

    #[inline]
    fn at_home(&self) -> &Home {
        match &self.home {
            Some(home) => home,
            None => unreachable!("nobody asks while it is lent"),
        }
    }
}

impl Place for Moved {
    #[inline]
    fn site(&self) -> &'static TaskSite {
        self.site
    }

    #[inline]
    fn station(&self) -> &Station {
        self.at_home().station()
    }

    #[inline]
    fn home(&self) -> Home {
        self.at_home().clone()
    }

    #[inline]
    fn take_home(&mut self) -> Home {
        self.home.take().unwrap_or_else(|| unreachable!("it is taken out at the end, and once"))
    }

    const IS_ELSEWHERE: bool = true;

    #[inline]
    fn lend(&mut self, kept: &mut Option<Home>) {
        mem::swap(&mut self.home, kept);
    }

    #[inline]
    fn lanes(&self) -> &Lanes {
        &self.station().cohort(self.site).lanes
    }

    #[inline]
    fn came(&self) {
        self.station().cohort(self.site).live.fetch_add(1, Ordering::Relaxed);
    }

    #[inline]
    fn gone(&self) {
        self.station().cohort(self.site).live.fetch_sub(1, Ordering::Release);
    }
}

/// A task's place in its tracker, or a share of it. Dropped, it is given back without a word.
pub(crate) struct Seat<P: Place> {
    place: P,
    hold: Hold,
}

#[derive(Clone, Copy)]
enum Hold {
    /// It is counted, and no more.
    Light,
    Lane(Spot),
    Entry(Key),
    Left,
}

impl<P: Place> Seat<P> {
    #[inline(always)]
    pub(crate) fn new(place: P, key: Option<Key>) -> Self {
        let mut seat = Self { place, hold: Hold::Left };
        seat.hold(key);
        seat
    }

    #[inline(always)]
    fn hold(&mut self, key: Option<Key>) {
        self.hold = key.map_or(Hold::Light, Hold::Entry);
        if key.is_none() {
            self.place.came();
        }
    }

    pub(crate) fn place(&self) -> &P {
        &self.place
    }

    pub(crate) fn place_mut(&mut self) -> &mut P {
        &mut self.place
    }

    pub(crate) fn site(&self) -> &'static TaskSite {
        self.place.site()
    }

    pub(crate) fn station(&self) -> &Station {
        self.place.station()
    }

    /// Of its entry, where it has one.
    pub(crate) fn key(&self) -> Option<Key> {
        if let Hold::Entry(key) = self.hold { Some(key) } else { None }
    }

    /// It has its turn, and keeps its entry or not.
    pub(crate) fn turn(&mut self, key: Option<Key>) {
        self.hold(key);
    }

    /// It begins to wait: whether it will be rung when the site's timeout is over.
    pub(crate) fn enter_lane(&mut self, since: Ticks, timed: bool, waker: &Waker) -> Result<bool, NoClock> {
        let (spot, timed) = self.place.lanes().enter(self.site().timeout(), since, timed, waker)?;
        self.hold = Hold::Lane(spot);
        Ok(timed)
    }

    pub(crate) fn is_rung(&self) -> bool {
        matches!(self.hold, Hold::Lane(spot) if self.place.lanes().is_rung(spot))
    }

    /// It waits on, and is not rung any more.
    pub(crate) fn stay(&self, waker: &Waker) {
        if let Hold::Lane(spot) = self.hold {
            self.place.lanes().stay(spot, waker);
        }
    }

    /// The same place, held twice. It has an entry.
    pub(crate) fn share(&self) -> Self {
        if let Hold::Entry(key) = self.hold {
            self.station().roster.share(key);
        }
        Self { place: self.place.clone(), hold: self.hold }
    }

    /// Without an `exit` nothing is said of it.
    #[inline]
    pub(crate) fn leave(&mut self, exit: impl FnOnce() -> Option<(Exit, Duration)>) {
        match mem::replace(&mut self.hold, Hold::Left) {
            Hold::Left => return,
            Hold::Entry(key) => return self.station().roster.leave(key, exit()),
            Hold::Lane(spot) => self.place.lanes().leave(spot),
            Hold::Light => {}
        }
        self.place.gone();
        let site = self.site();
        self.station().roster.go(|| exit().map(|(exit, age)| (Ticket { site, since: None }, exit, age)));
    }
}

impl<P: Place> Seat<P> {
    /// Where it was. It has been given back.
    #[inline]
    pub(crate) fn left(&mut self) -> Home {
        self.place.take_home()
    }
}

impl<P: Place> Drop for Seat<P> {
    #[inline]
    fn drop(&mut self) {
        self.leave(|| None);
    }
}
