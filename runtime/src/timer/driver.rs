//! The alarm of a timeout queue as a tokio timer, and the assignment of tasks to queues.
//!
//! No helper task waits for the timer: its waker expires the tasks itself, on the thread that drives the runtime's clock. So
//! nothing is spawned, and nothing outlives the last task of a queue. Only if very many tasks are due at once, a helper task
//! expires the rest, and ends at its first poll.

use std::num::NonZeroU64;
use std::panic::catch_unwind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::task::coop::unconstrained;
use tokio::time::{Sleep, sleep_until};

use super::alarm::{Alarm, AlarmedQueue};
use super::runtimes;
use super::timeout_queue::{Entries, Inserted, Insertion, NewWaiter, TimeoutQueue};
use crate::util::slab::PackedIndex;
use crate::util::sync::{AtomicUsize, Mutex};
use crate::util::ticks::nanos;
use crate::util::{AppendList, Ticks, quietly};

/// The timeout queues of one function in one tracker, one for each runtime of its tasks.
pub struct TimeoutQueues {
    queues: AppendList<Arc<TimedQueue>>,
    /// Threads do the work of these tasks.
    have_threads: AtomicBool,
}

struct TimedQueue(AlarmedQueue<Id, Timer>);

/// A task's entry in its timeout queue.
#[derive(Clone, Copy)]
pub(crate) struct TimerEntry {
    queue: u16,
    slot: PackedIndex,
}

impl TimerEntry {
    /// Up to here, ticks are an entry: instants are a long way above.
    const LAST: u64 = 1 << 48;

    /// Itself, in the place of the time that its queue knows.
    #[inline]
    pub(crate) fn as_ticks(self) -> Ticks {
        Ticks(1 + (u64::from(self.queue) << 32 | u64::from(self.slot.get())))
    }

    /// Whether these ticks are an entry.
    #[inline]
    pub(crate) fn are(ticks: Ticks) -> bool {
        ticks.0.wrapping_sub(1) < Self::LAST
    }

    #[inline]
    pub(crate) fn of_ticks(ticks: Ticks) -> Option<Self> {
        if !Self::are(ticks) {
            return None;
        }
        let entry = ticks.0 - 1;
        let slot = u32::try_from(entry & u64::from(u32::MAX)).ok()?;
        Some(Self { queue: u16::try_from(entry >> 32).ok()?, slot: slot.into() })
    }
}

/// The runtime has no time driver.
pub(crate) struct NoClock;

impl TimeoutQueues {
    pub(crate) const fn new() -> Self {
        Self { queues: AppendList::new(), have_threads: AtomicBool::new(false) }
    }

    /// Inserts a pending task, and returns whether it will be woken at its timeout.
    pub(crate) fn insert(
        &self,
        timeout: Duration,
        since: Ticks,
        timed: bool,
        waker: &Waker,
    ) -> Result<(TimerEntry, bool), NoClock> {
        let Some(runtime) = runtimes::current() else { return Err(NoClock) };
        let since = NonZeroU64::new(since.0).unwrap_or(NonZeroU64::MIN);
        let newcomer = NewWaiter { runtime, since, timed, has_clock: false, waker };
        if let Some(first) = self.queues.first() {
            if let Insertion::Inserted(inserted) = first.0.queue.insert(&newcomer) {
                let (slot, timed) = first.time(inserted, waker);
                return Ok((TimerEntry { queue: 0, slot: slot.into() }, timed));
            }
        }
        self.insert_with_care(timeout, newcomer)
    }

    /// The first task on its runtime, or one of a program with several.
    #[cold]
    fn insert_with_care(
        &self,
        timeout: Duration,
        mut newcomer: NewWaiter<'_, Id>,
    ) -> Result<(TimerEntry, bool), NoClock> {
        let mut at = 0;
        let (slot, timed) = self.queues.find(
            || Arc::new(TimedQueue::new(timeout)),
            |timed| {
                // At most two rounds. A loop, because `insert` is inlined, and so it is compiled once.
                loop {
                    match timed.0.queue.insert(&newcomer) {
                        Insertion::Inserted(inserted) => return Some(Ok(timed.time(inserted, newcomer.waker))),
                        Insertion::OtherRuntime => {
                            at = u16::checked_add(at, 1).expect("under 2^16 runtimes at once");
                            return None;
                        }
                        // Only a probe: tokio panics if there is no time driver.
                        Insertion::ClockUnknown => match catch_unwind(|| drop(tokio::time::sleep(timeout))) {
                            Ok(()) => newcomer.has_clock = true,
                            Err(_) => return Some(Err(NoClock)),
                        },
                    }
                }
            },
        )?;
        Ok((TimerEntry { queue: at, slot: slot.into() }, timed))
    }

    #[inline]
    fn of(&self, entry: TimerEntry) -> Option<&Arc<TimedQueue>> {
        if entry.queue == 0 { self.queues.first() } else { self.queues.iter().nth(entry.queue.into()) }
    }

    /// Returns when the task came.
    pub(crate) fn remove(&self, entry: TimerEntry) -> Ticks {
        let Some(timed) = self.of(entry) else { return Ticks::NONE };
        let (since, moves_alarm) = timed.0.queue.remove(entry.slot.get());
        if moves_alarm {
            timed.move_alarm();
        }
        Ticks(since)
    }

    /// When the task came.
    pub(crate) fn since(&self, entry: TimerEntry) -> Ticks {
        Ticks(self.of(entry).map_or(0, |timed| timed.0.queue.since(entry.slot.get())))
    }

    /// Whether the task's timeout is over. It returns `true` once.
    pub(crate) fn is_expired(&self, entry: TimerEntry) -> bool {
        self.of(entry).is_some_and(|timed| timed.0.queue.is_expired(entry.slot.get()))
    }

    /// The task waits on without a timeout, and only a drain wakes it.
    pub(crate) fn stop_timing(&self, entry: TimerEntry, waker: &Waker) {
        if let Some(timed) = self.of(entry) {
            if timed.0.queue.stop_timing(entry.slot.get(), waker) {
                timed.move_alarm();
            }
        }
    }

    /// Threads do the work of these tasks. Call it before the first of them is pending.
    pub(crate) fn have_threads(&self) {
        if !self.have_threads.load(Relaxed) {
            self.have_threads.store(true, Relaxed);
        }
    }

    /// The wakers of all pending tasks whose work threads do.
    pub(crate) fn wakers_of_threads(&self) -> Vec<Waker> {
        // In this order: by its lock, a queue with tasks shows what they said before. A task that comes after this sees
        // what the caller did before.
        let is_empty = |timed: &Arc<TimedQueue>| timed.0.queue.oldest().is_none();
        if self.queues.iter().all(is_empty) || !self.have_threads.load(Relaxed) {
            return Vec::new();
        }
        self.wakers()
    }

    /// The wakers of all pending tasks.
    pub(crate) fn wakers(&self) -> Vec<Waker> {
        self.queues.iter().flat_map(|timed| timed.0.queue.wakers()).collect()
    }

    /// Since when the oldest task is pending.
    pub(crate) fn oldest(&self) -> Option<Ticks> {
        self.queues.iter().filter_map(|timed| timed.0.queue.oldest()).min().map(Ticks)
    }

    /// Since when each task is pending.
    pub(crate) fn present(&self) -> Vec<Ticks> {
        self.queues.iter().flat_map(|timed| timed.0.queue.present()).map(Ticks).collect()
    }
}

impl TimedQueue {
    fn new(timeout: Duration) -> Self {
        let queue = TimeoutQueue::new(Mutex::new(Entries::new()), AtomicUsize::new(0));
        Self(AlarmedQueue::new(
            queue,
            Mutex::new(Timer { timeout, since: None, sleep: None, runtime: None, continues_later: false }),
        ))
    }

    /// Sets the alarm for an inserted task. Returns its slot, and whether it will be woken.
    #[inline]
    fn time(self: &Arc<Self>, inserted: Inserted, waker: &Waker) -> (u32, bool) {
        let Inserted { slot, timed, moves_alarm } = inserted;
        if moves_alarm && !self.set_alarm() {
            // The task needs its own timer, if that is possible.
            let _ = self.0.queue.stop_timing(slot, waker);
            return (slot, false);
        }
        (slot, timed)
    }

    /// Sets the alarm, on the runtime of the caller.
    #[cold]
    fn set_alarm(self: &Arc<Self>) -> bool {
        let runtime = Handle::try_current().ok();
        self.0.adjust(SetTimer { queue: self, runtime: runtime.as_ref(), is_continued: false })
    }

    #[cold]
    fn move_alarm(self: &Arc<Self>) {
        self.0.adjust(SetTimer { queue: self, runtime: None, is_continued: false });
    }

    /// Expires the remaining tasks, after those woken before have run.
    fn expire_rest(self: &Arc<Self>) {
        self.0.adjust(SetTimer { queue: self, runtime: None, is_continued: true });
    }
}

impl Wake for TimedQueue {
    fn wake(self: Arc<Self>) {
        self.move_alarm();
    }
}

/// The context that a timer needs to be set.
#[derive(Clone, Copy)]
struct SetTimer<'a> {
    queue: &'a Arc<TimedQueue>,
    /// The runtime whose clock it uses, if that is known.
    runtime: Option<&'a Handle>,
    /// It continues with tasks that are still due.
    is_continued: bool,
}

struct Timer {
    timeout: Duration,
    /// When the task arrived that the timer is set for, in ticks.
    since: Option<NonZeroU64>,
    /// Its memory is kept, because with few calls it is set and cleared at each call. A new timer is made each time: one
    /// that is only reset to a later time keeps its old place among tokio's timers, and a paused clock would stop there.
    sleep: Option<Pin<Box<Option<Sleep>>>>,
    /// Kept while the queue is not empty, because the timer may be moved from outside of the runtime.
    runtime: Option<Handle>,
    /// Many tasks were due, and a helper task expires the rest. Until then the timer is not set.
    continues_later: bool,
}

impl Timer {
    fn clear(&mut self) {
        self.since = None;
        if let Some(sleep) = &mut self.sleep {
            sleep.set(None);
        }
    }

    /// Runs code that needs the runtime's clock, unless this thread is ending and has no thread-locals left.
    fn in_runtime<R>(&self, work: impl FnOnce() -> R) -> Option<R> {
        if Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed()) {
            return None;
        }
        let _entered = self.runtime.as_ref()?.enter();
        Some(work())
    }
}

impl Alarm<SetTimer<'_>> for Timer {
    fn set(&mut self, since: Option<NonZeroU64>, by: SetTimer<'_>) -> Result<(), Option<NonZeroU64>> {
        let Some(since) = since else {
            self.clear();
            self.runtime = None;
            self.continues_later = false;
            return Ok(());
        };
        self.continues_later &= !by.is_continued;
        if self.continues_later || self.since == Some(since) {
            return Ok(());
        }
        if let Some(runtime) = by.runtime {
            if self.runtime.as_ref().is_none_or(|known| known.id() != runtime.id()) {
                self.runtime = Some(runtime.clone());
            }
        }
        let Some(at) = Ticks(since.get()).after(self.timeout).instant() else { return Err(self.since) };
        let waker = Waker::from(Arc::clone(by.queue));
        let mut sleep = self.sleep.take().unwrap_or_else(|| Box::pin(None));
        let mut is_set = None;
        // It panics if the runtime is being shut down.
        let broken = quietly(|| {
            is_set = self.in_runtime(|| {
                sleep.set(Some(sleep_until(at)));
                if let Some(sleep) = sleep.as_mut().as_pin_mut() {
                    // If it has elapsed already, that is seen after this.
                    let _ = pin!(unconstrained(sleep)).poll(&mut Context::from_waker(&waker));
                }
            });
        });
        self.sleep = Some(sleep);
        if broken.is_some() {
            self.clear();
        }
        if is_set.is_none() {
            return Err(self.since);
        }
        self.since = Some(since);
        Ok(())
    }

    fn continue_later(&mut self, by: SetTimer<'_>) -> bool {
        let Some(runtime) = &self.runtime else { return false };
        let queue = Arc::clone(by.queue);
        // The runtime runs a spawned task after those that were woken.
        self.continues_later = quietly(|| drop(runtime.spawn(async move { queue.expire_rest() }))).is_none();
        self.continues_later
    }

    fn take_due(&mut self) -> Option<u64> {
        let sleep = self.sleep.as_ref()?.as_ref();
        if !sleep.as_pin_ref().is_some_and(|sleep| sleep.is_elapsed()) {
            return None;
        }
        let since = self.since.map_or(0, NonZeroU64::get);
        // All tasks that are due by now. Zero if that is before the first tick; `before` would stop at the first tick.
        let now = self.in_runtime(Ticks::now).map_or(0, |now| now.0.saturating_sub(nanos(self.timeout)));
        self.clear();
        Some(since.max(now))
    }
}
