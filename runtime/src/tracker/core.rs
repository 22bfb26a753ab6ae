//! The part of a tracker that does not depend on its budget.

use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::task::Waker;
use std::time::Duration;

use tokio::task::Id;
use tokio::time::Instant;

use super::claim::Instance;
use super::{DrainReport, LoopRecord, Suppressed, TaskSite, directory, names};
use crate::admission::{Admission, Kind, Occupancy, Phase, Registry, Request, Snapshot};
use crate::context::CancelCause;
use crate::timer::{TimeoutQueues, TimerEntry};
use crate::util::sync::lock;
use crate::util::{AppendMap, Ticks, later, quietly, sync, text};

/// The part of a tracker that does not depend on its budget.
pub struct TrackerCore {
    name: &'static str,
    /// Where it was made.
    place: &'static Location<'static>,
    admission: Admission<TaskInfo, CancelCause, Id>,
    /// The functions that name this static tracker, whose tasks may have no entry.
    sites: AppendMap<&'static TaskSite>,
    /// The tasks without an entry of all other functions.
    by_site: AppendMap<SiteTasks>,
    /// The data for reports, made when there is a subscriber, or something to report.
    reports: OnceLock<Box<Reports>>,
    /// When the drain began, and how long it may take.
    drain: OnceLock<(Instant, Duration)>,
    /// How many futures of drains run.
    drains: AtomicUsize,
    /// When the drain dropped the tasks.
    dropped: OnceLock<Instant>,
    report: OnceLock<DrainReport>,
    /// The running loops that may run only once.
    loops: Mutex<Vec<Instance>>,
    /// The records of all functions that were started as a loop here.
    loop_records: AppendMap<Arc<LoopRecord>>,
    /// The address under which it is in the directory. 0 means none. The tracker may have moved since.
    directory_key: AtomicUsize,
}

struct Reports {
    shown_name: &'static str,
    /// The functions with a report about a call in this tracker.
    functions: AppendMap<&'static TaskSite>,
}

/// The information about a task in a tracker.
#[derive(Clone, Copy)]
pub(crate) struct TaskInfo {
    pub(crate) site: &'static TaskSite,
    /// When the task was first seen pending.
    pub(crate) since: Option<Instant>,
}

/// A function in one tracker, for its tasks without an entry in the registry.
pub trait Function {
    fn timeouts(&self) -> &TimeoutQueues;

    /// Counts a task.
    fn task_arrived(&self);

    /// Counts the end of a task.
    fn task_left(&self);
}

/// The tasks without an entry of one function in one tracker.
pub struct SiteTasks {
    site: &'static TaskSite,
    live: AtomicUsize,
    timeouts: TimeoutQueues,
}

impl Function for SiteTasks {
    #[inline]
    fn timeouts(&self) -> &TimeoutQueues {
        &self.timeouts
    }

    #[inline]
    fn task_arrived(&self) {
        self.live.fetch_add(1, Ordering::Relaxed);
    }

    #[inline]
    fn task_left(&self) {
        // Pairs with the acquire of the reader, so that it sees what the task did.
        self.live.fetch_sub(1, Ordering::Release);
    }
}

/// A waker that panics affects neither the others nor the drain.
fn wake(wakers: Vec<Waker>) {
    for waker in wakers {
        quietly(|| waker.wake());
    }
}

fn address(site: &'static TaskSite) -> usize {
    std::ptr::from_ref(site).addr()
}

impl TrackerCore {
    pub(crate) const fn new(
        name: &'static str,
        place: &'static Location<'static>,
        (running, waiting): (usize, usize),
    ) -> Self {
        let words = [const { sync::AtomicUsize::new(0) }; 4];
        let registry = sync::Mutex::new(Registry::new(running, waiting));
        Self {
            name,
            place,
            admission: Admission::new((running, waiting), registry, words),
            sites: AppendMap::new(),
            by_site: AppendMap::new(),
            reports: OnceLock::new(),
            drain: OnceLock::new(),
            drains: AtomicUsize::new(0),
            dropped: OnceLock::new(),
            report: OnceLock::new(),
            loops: Mutex::new(Vec::new()),
            loop_records: AppendMap::new(),
            directory_key: AtomicUsize::new(0),
        }
    }

    /// Makes a stand-in for an isolated test: a tracker with the same limits, and no tasks.
    #[cfg(feature = "testing")]
    pub(crate) fn stand_in(&self) -> &'static Self {
        Box::leak(Box::new(Self::new(self.name, self.place, self.admission.limits())))
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    #[inline]
    fn reports(&self) -> &Reports {
        let new = || Reports { shown_name: text::name(self.name), functions: AppendMap::new() };
        self.reports.get_or_init(|| Box::new(new()))
    }

    /// The name for spans and events. It is escaped, because a name made at run time may contain text from outside.
    #[inline]
    pub(crate) fn shown_name(&self) -> &'static str {
        self.reports().shown_name
    }

    /// Where it was made.
    pub(crate) const fn place(&self) -> &'static Location<'static> {
        self.place
    }

    #[inline]
    pub(crate) fn admission(&self) -> &Admission<TaskInfo, CancelCause, Id> {
        &self.admission
    }

    /// The identity of the tracker, to check whether a call comes from one of its own tasks. It is never dereferenced.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    pub(crate) fn request(&self, site: &'static TaskSite, caller: Option<usize>, kind: Kind) -> Request<TaskInfo> {
        let info = TaskInfo { site, since: None };
        Request { info, grace: site.grace(), kept: caller == Some(self.address()), kind }
    }

    pub(super) fn loops(&self) -> MutexGuard<'_, Vec<Instance>> {
        lock(&self.loops)
    }

    /// When the drain began, and how long it may take. The first call begins it.
    pub(crate) fn begin_drain(&self, budget: Duration) -> (Instant, Duration) {
        names::note(self);
        *self.drain.get_or_init(|| (Instant::now(), budget))
    }

    /// When the drain began, and how long it may take, if it has begun.
    pub(crate) fn drain_began(&self) -> Option<(Instant, Duration)> {
        self.drain.get().copied()
    }

    /// The future of a drain begins to run.
    pub(crate) fn drain_begins(&self) {
        self.drains.fetch_add(1, Ordering::Relaxed);
    }

    /// It has ended, or was dropped. Returns whether no other one runs.
    pub(crate) fn drain_ends(&self) -> bool {
        self.drains.fetch_sub(1, Ordering::Relaxed) == 1
    }

    /// When the tasks were dropped, by any of the drains. Call it only after that.
    pub(crate) fn dropped_at(&self, now: Instant) -> Instant {
        *self.dropped.get_or_init(|| now)
    }

    pub(crate) fn report(&self) -> &OnceLock<DrainReport> {
        &self.report
    }

    /// How much time a call has that is admitted during the drain.
    pub(crate) fn remaining_budget(&self) -> Option<Duration> {
        let (began, budget) = self.drain_began()?;
        Some(later(began, budget).saturating_duration_since(Instant::now()))
    }

    pub(super) fn list(&self, site: &'static TaskSite) {
        self.sites.find(address(site), || site, |known| std::ptr::eq(*known, site));
    }

    /// Notes that there is a report about a call of this function, so that the drain can report suppressed ones.
    #[cold]
    pub(crate) fn note_report(&self, site: &'static TaskSite) {
        self.reports().functions.find(address(site), || site, |known| std::ptr::eq(*known, site));
    }

    /// Takes the counts of suppressed reports of the functions that were noted. The caller must report them.
    pub(crate) fn take_suppressed(&self) -> Vec<Suppressed> {
        let of = |site: &&'static TaskSite| {
            let site = *site;
            site.report_limits().take_suppressed().map(move |(kind, count)| Suppressed { site, kind, count })
        };
        self.reports.get().map_or_else(Vec::new, |reports| reports.functions.iter().flat_map(of).collect())
    }

    #[inline]
    pub(super) fn tasks_of(&self, site: &'static TaskSite) -> &SiteTasks {
        let new = move || SiteTasks { site, live: AtomicUsize::new(0), timeouts: TimeoutQueues::new() };
        self.by_site.find(address(site), new, move |tasks| std::ptr::eq(tasks.site, site))
    }

    /// Since when a task of the function is pending, which is in one of its queues.
    pub(crate) fn since(&self, site: &'static TaskSite, entry: TimerEntry) -> Ticks {
        self.tasks_of(site).timeouts.since(entry)
    }

    /// For each function: how many tasks have no entry, and the timeout queues of the pending ones.
    fn unlisted(&self) -> impl Iterator<Item = (&'static TaskSite, usize, &TimeoutQueues)> {
        let own = self.sites.iter().map(|site| (*site, site.live(), site.timeouts()));
        let by_site = self.by_site.iter();
        own.chain(by_site.map(|tasks| (tasks.site, tasks.live.load(Ordering::Acquire), &tasks.timeouts)))
    }

    pub(crate) fn advance(&self, to: Phase) {
        self.admission.advance(to);
        // A worker ends as soon as the drain begins.
        self.wake_unlisted(|site| to >= Phase::Cancelled || site.is_worker());
        if to == Phase::Closing {
            // A thread is cancelled then.
            self.unlisted().for_each(|(_, _, timeouts)| wake(timeouts.wakers_of_threads()));
        }
    }

    /// The last owner was dropped: workers are cancelled.
    pub(crate) fn owner_gone(&self) {
        self.admission.owner_gone();
        self.wake_unlisted(TaskSite::is_worker);
    }

    /// Wakes the tasks without an entry of these functions, so that they read their signals.
    fn wake_unlisted(&self, whose: impl Fn(&TaskSite) -> bool) {
        for (_, _, timeouts) in self.unlisted().filter(|(site, ..)| whose(site)) {
            wake(timeouts.wakers());
        }
    }

    /// The longest grace among the tasks that are not cancelled yet.
    pub(crate) fn longest_grace(&self) -> Duration {
        // A worker is cancelled when the drain begins.
        let unlisted = self.unlisted().filter(|(site, live, _)| *live > 0 && !site.is_worker());
        let unlisted = unlisted.map(|(site, ..)| site.grace());
        unlisted.max().unwrap_or_default().max(self.admission.longest_grace())
    }

    /// Whether the directory has it, under its current address.
    #[inline]
    pub(super) fn is_in_directory(&self) -> bool {
        self.directory_key.load(Ordering::Relaxed) == self.address()
    }

    /// Notes that it is in the directory. Returns the previous address, or 0.
    pub(super) fn enter_directory(&self) -> usize {
        self.directory_key.swap(self.address(), Ordering::Relaxed)
    }

    /// Removes it from the directory, when it is dropped.
    pub(crate) fn forget(&self) {
        let directory_key = self.directory_key.load(Ordering::Relaxed);
        if directory_key != 0 {
            directory::remove(directory_key);
        }
    }

    /// The record of a function's loops here.
    pub(crate) fn loop_record(&self, site: &'static TaskSite) -> Arc<LoopRecord> {
        let new = || Arc::new(LoopRecord::new(site));
        Arc::clone(self.loop_records.find(address(site), new, |record| std::ptr::eq(record.site(), site)))
    }

    pub(crate) fn loop_records(&self) -> impl Iterator<Item = &LoopRecord> {
        self.loop_records.iter().map(|record| &**record)
    }

    /// Whether a function that names no static tracker has run a task here.
    pub(crate) fn has_run(&self, site: &'static TaskSite) -> bool {
        let loops = self.loop_records().map(LoopRecord::site);
        self.by_site.iter().map(|tasks| tasks.site).chain(loops).any(|known| std::ptr::eq(known, site))
    }

    /// How many calls of each function this static tracker has refused because it was full.
    pub(crate) fn refused_when_full(&self) -> Vec<(&'static TaskSite, u64)> {
        let mut refused: Vec<_> = self.sites.iter().map(|site| (*site, site.refusals().full)).collect();
        refused.retain(|(_, count)| *count > 0);
        // A map has no order, and a report has one.
        refused.sort_by_key(|(site, _)| (site.file(), site.line()));
        refused
    }

    /// The loops that hold every place, and how many places there are. `None` if there is one for other calls.
    pub(crate) fn filled_by_loops(&self) -> Option<(Vec<&'static TaskSite>, usize)> {
        let (mut loops, mut held) = (Vec::new(), 0_usize);
        for record in self.loop_records().filter(|record| record.live() > 0) {
            loops.push(record.site());
            held = held.saturating_add(record.live());
        }
        let limit = self.admission.running_limit();
        (held > 0 && held >= limit).then_some((loops, limit))
    }

    /// How full it is. `since` is called with pending tasks, for each function at least with the oldest one.
    pub(crate) fn occupancy(&self, mut since: impl FnMut(&'static TaskSite, Instant)) -> Occupancy {
        let by_site = self.by_site.iter().map(|tasks| (tasks.site, &tasks.timeouts));
        for (site, timeouts) in self.sites.iter().map(|site| (*site, site.timeouts())).chain(by_site) {
            if let Some(oldest) = timeouts.oldest().and_then(Ticks::instant) {
                since(site, oldest);
            }
        }
        self.admission.occupancy(|info| {
            if let Some(at) = info.since {
                since(info.site, at);
            }
        })
    }

    fn present_unlisted(&self) -> Vec<(TaskInfo, bool)> {
        let mut present = Vec::new();
        // A map has no order, and a report has one.
        let mut unlisted: Vec<_> = self.unlisted().collect();
        unlisted.sort_by_key(|(site, ..)| (site.file(), site.line()));
        for (site, live, timeouts) in unlisted {
            let mut waiting = timeouts.present();
            // A task that has counted its end may not have left its timeout queue yet.
            waiting.truncate(live);
            // Tasks that have not reached an await.
            let others = live - waiting.len();
            let since = waiting.into_iter().map(Ticks::instant).chain(std::iter::repeat_n(None, others));
            present.extend(since.map(|since| (TaskInfo { site, since }, false)));
        }
        present
    }

    /// Leaves out what a drain's report does not count: loops, whose runs it counts, and workers that wait for their restart.
    fn leave_out_loops(&self, listed: &mut Vec<(TaskInfo, bool)>) {
        let mut waiting: Vec<_> = self.loop_records().map(|record| (record.site(), record.waiting())).collect();
        listed.retain(|(info, queued)| {
            let waits = waiting.iter_mut().find(|(site, left)| !queued && *left > 0 && std::ptr::eq(*site, info.site));
            if let Some((_, left)) = waits {
                *left -= 1;
                return false;
            }
            !info.site.is_loop()
        });
    }

    /// All tasks, and whether each is queued.
    pub(crate) fn present(&self) -> Vec<(TaskInfo, bool)> {
        let (mut snapshot, unlisted) = self.admission.snapshot(|| self.present_unlisted());
        snapshot.present.extend(unlisted);
        snapshot.present
    }

    /// A consistent snapshot of the ended and the remaining tasks of a drain.
    pub(crate) fn snapshot(&self) -> Snapshot<TaskInfo> {
        let mut tries = 0;
        loop {
            tries += 1;
            let (mut snapshot, mut unlisted) = self.admission.snapshot(|| self.present_unlisted());
            // A task may have counted its end and not left yet. It will leave soon.
            if unlisted.len() != snapshot.unlisted && tries < 64 {
                continue;
            }
            unlisted.truncate(snapshot.unlisted);
            // Its thread is preempted just there: the task has ended.
            snapshot.finished += snapshot.unlisted - unlisted.len();
            self.leave_out_loops(&mut snapshot.present);
            snapshot.present.extend(unlisted);
            return snapshot;
        }
    }
}
