//! The alarm of a timeout queue as a timer of tokio's, and which queue is a task's.
//!
//! No task of ours waits for the timer: it rings by a waker that ends the waits itself, on the thread that drives the
//! runtime's clock. So there is nothing to spawn, and nothing that outlives the last task of a queue. Only where very many
//! are due at once a task of ours goes on with them, and ends at its first poll.

use std::num::NonZeroU64;
use std::panic::catch_unwind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::task::coop::unconstrained;
use tokio::time::{Sleep, sleep_until};

use super::alarm::{Alarm, AlarmedQueue};
use super::runtimes;
use super::timeout_queue::{Entries, Inserted, Insertion, Newcomer, TimeoutQueue};
use crate::util::slab::PackedIndex;
use crate::util::sync::{AtomicUsize, Mutex};
use crate::util::ticks::nanos;
use crate::util::{AppendList, Ticks, quietly};

/// The queues of one function in one tracker: one for each runtime that its tasks are on.
pub struct TimeoutQueues(AppendList<Arc<TimedQueue>>);

struct TimedQueue(AlarmedQueue<Id, Timer>);

/// A task's place in its queue.
#[derive(Clone, Copy)]
pub(crate) struct TimerEntry {
    queue: u16,
    slot: PackedIndex,
}

/// The runtime has no time driver.
pub(crate) struct NoClock;

impl TimeoutQueues {
    pub(crate) const fn new() -> Self {
        Self(AppendList::new())
    }

    /// Takes in a task that begins to wait, and says whether it will be woken when its timeout is over.
    pub(crate) fn insert(
        &self,
        timeout: Duration,
        since: Ticks,
        timed: bool,
        waker: &Waker,
    ) -> Result<(TimerEntry, bool), NoClock> {
        let Some(runtime) = runtimes::current() else { return Err(NoClock) };
        let since = NonZeroU64::new(since.0).unwrap_or(NonZeroU64::MIN);
        let mut newcomer = Newcomer { runtime, since, timed, has_clock: false, waker };
        let mut at = 0;
        let (slot, timed) = self.0.find(
            || Arc::new(TimedQueue::new(timeout)),
            |timed| {
                // Twice at most, and in one place: it is compiled in here.
                loop {
                    match timed.0.queue.insert(&newcomer) {
                        Insertion::Inserted(inserted) => return Some(Ok(timed.time(inserted, waker))),
                        Insertion::Elsewhere => {
                            at = u16::checked_add(at, 1).expect("under 2^16 runtimes at once");
                            return None;
                        }
                        // Of no use but to find out: tokio panics where there is no time driver.
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

    fn of(&self, entry: TimerEntry) -> Option<&Arc<TimedQueue>> {
        self.0.iter().nth(entry.queue.into())
    }

    pub(crate) fn remove(&self, entry: TimerEntry) {
        if let Some(timed) = self.of(entry) {
            if timed.0.queue.remove(entry.slot.get()) {
                timed.move_alarm();
            }
        }
    }

    /// Whether its task's timeout is over. It is said once.
    pub(crate) fn is_expired(&self, entry: TimerEntry) -> bool {
        self.of(entry).is_some_and(|timed| timed.0.queue.is_expired(entry.slot.get()))
    }

    /// Its task waits on, and is woken only by a drain.
    pub(crate) fn stop_timing(&self, entry: TimerEntry, waker: &Waker) {
        if let Some(timed) = self.of(entry) {
            if timed.0.queue.stop_timing(entry.slot.get(), waker) {
                timed.move_alarm();
            }
        }
    }

    /// Of everybody who waits.
    pub(crate) fn wakers(&self) -> Vec<Waker> {
        self.0.iter().flat_map(|timed| timed.0.queue.wakers()).collect()
    }

    /// Since when the first of them waits.
    pub(crate) fn oldest(&self) -> Option<Ticks> {
        self.0.iter().filter_map(|timed| timed.0.queue.oldest()).min().map(Ticks)
    }

    /// Since when everybody waits.
    pub(crate) fn present(&self) -> Vec<Ticks> {
        self.0.iter().flat_map(|timed| timed.0.queue.present()).map(Ticks).collect()
    }
}

impl TimedQueue {
    fn new(timeout: Duration) -> Self {
        let queue = TimeoutQueue::new(Mutex::new(Entries::new()), AtomicUsize::new(0));
        Self(AlarmedQueue::new(
            queue,
            Mutex::new(Timer { timeout, since: None, sleep: None, runtime: None, rings_again: false }),
        ))
    }

    /// The slot of one who has been inserted, and whether it will be woken.
    #[inline]
    fn time(self: &Arc<Self>, inserted: Inserted, waker: &Waker) -> (u32, bool) {
        let Inserted { slot, timed, moves_alarm } = inserted;
        if moves_alarm && !self.set_alarm() {
            // It has to have a timer of its own, where it can.
            let _ = self.0.queue.stop_timing(slot, waker);
            return (slot, false);
        }
        (slot, timed)
    }

    /// For the runtime that this is called on.
    #[cold]
    fn set_alarm(self: &Arc<Self>) -> bool {
        let runtime = Handle::try_current().ok();
        self.0.adjust(Ring { queue: self, runtime: runtime.as_ref(), goes_on: false })
    }

    #[cold]
    fn move_alarm(self: &Arc<Self>) {
        self.0.adjust(Ring { queue: self, runtime: None, goes_on: false });
    }

    /// Those who were woken before have had their turn.
    fn go_on(self: &Arc<Self>) {
        self.0.adjust(Ring { queue: self, runtime: None, goes_on: true });
    }
}

impl Wake for TimedQueue {
    fn wake(self: Arc<Self>) {
        self.move_alarm();
    }
}

/// What a timer needs to be set.
#[derive(Clone, Copy)]
struct Ring<'a> {
    queue: &'a Arc<TimedQueue>,
    /// The one whose clock it is to be, where that is known.
    runtime: Option<&'a Handle>,
    /// With those who are still due.
    goes_on: bool,
}

struct Timer {
    timeout: Duration,
    /// When the one came that it is set for, in ticks.
    since: Option<NonZeroU64>,
    /// Its memory is kept: it is set and cleared again with each call, where calls are few. It is made anew each time, as a
    /// timer that is only reset to a later time keeps its place among the timers: a paused clock would stop there.
    sleep: Option<Pin<Box<Option<Sleep>>>>,
    /// Kept while somebody is in the queue: the timer may be moved from outside.
    runtime: Option<Handle>,
    /// Many were due. A task goes on with the others: until then it is set for nobody.
    rings_again: bool,
}

impl Timer {
    fn clear(&mut self) {
        self.since = None;
        if let Some(sleep) = &mut self.sleep {
            sleep.set(None);
        }
    }

    /// Runs what needs a runtime's clock, unless this thread ends, and has nothing to remember one in.
    fn in_runtime<R>(&self, work: impl FnOnce() -> R) -> Option<R> {
        if Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed()) {
            return None;
        }
        let _entered = self.runtime.as_ref()?.enter();
        Some(work())
    }
}

impl Alarm<Ring<'_>> for Timer {
    fn set(&mut self, since: Option<NonZeroU64>, by: Ring<'_>) -> Result<(), Option<NonZeroU64>> {
        let Some(since) = since else {
            self.clear();
            self.runtime = None;
            self.rings_again = false;
            return Ok(());
        };
        self.rings_again &= !by.goes_on;
        if self.rings_again || self.since == Some(since) {
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
        // It panics where the runtime is being shut down.
        let broken = quietly(|| {
            is_set = self.in_runtime(|| {
                sleep.set(Some(sleep_until(at)));
                if let Some(sleep) = sleep.as_mut().as_pin_mut() {
                    // Where it is over already, that is seen after this.
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

    fn ring_again(&mut self, by: Ring<'_>) -> bool {
        let Some(runtime) = &self.runtime else { return false };
        let queue = Arc::clone(by.queue);
        // A task of the runtime's comes after those that have been woken.
        self.rings_again = quietly(|| drop(runtime.spawn(async move { queue.go_on() }))).is_none();
        self.rings_again
    }

    fn take_due(&mut self) -> Option<u64> {
        let sleep = self.sleep.as_ref()?.as_ref();
        if !sleep.as_pin_ref().is_some_and(|sleep| sleep.is_elapsed()) {
            return None;
        }
        let since = self.since.map_or(0, NonZeroU64::get);
        // At once whoever else is due by now. Where that is before all time, nobody is: not `before`, which stops at the
        // first tick.
        let now = self.in_runtime(Ticks::now).map_or(0, |now| now.0.saturating_sub(nanos(self.timeout)));
        self.clear();
        Some(since.max(now))
    }
}
