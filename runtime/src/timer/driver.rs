//! The clock of the timeout queues: the timer task that expires a queue, and which queue is a task's.

use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::task::AbortHandle;

use super::timeout_queue::{Entered, Entry, Lane, Line, Newcomer};
use crate::admission::Index;
use crate::util::ticks::nanos;
use crate::util::{AppendList, Ticks, sync};

/// A lane, and who rings it.
pub struct Timed {
    lane: Arc<Lane<Id>>,
    timeout: Duration,
    timer: Mutex<Option<AbortHandle>>,
}

impl Drop for Timed {
    /// With a tracker that has gone, nobody is left to be rung.
    fn drop(&mut self) {
        if let Some(timer) = self.timer.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            timer.abort();
        }
    }
}

/// The lanes of one function in one tracker.
pub(crate) type TimeoutQueues = AppendList<Timed>;

/// A task's place in its lane.
#[derive(Clone, Copy)]
pub(crate) struct TimerEntry {
    lane: u16,
    slot: Index,
}

/// The runtime has no time driver.
pub(crate) struct NoClock;

impl TimeoutQueues {
    /// Lets a task that begins to wait in, and says whether it will be rung.
    pub(crate) fn insert(
        &self,
        timeout: Duration,
        since: Ticks,
        timed: bool,
        waker: &Waker,
    ) -> Result<(TimerEntry, bool), NoClock> {
        let Ok(runtime) = Handle::try_current() else { return Err(NoClock) };
        let new = || Timed {
            lane: Arc::new(Lane::new(sync::Mutex::new(Line::new()), sync::AtomicUsize::new(0))),
            timeout,
            timer: Mutex::new(None),
        };
        let mut newcomer = Newcomer { runtime: runtime.id(), since: since.0, timed, arms: false, waker };
        let mut at = 0;
        let entered = self.find(new, |timed| {
            let mut entry = timed.lane.enter(&newcomer);
            if entry == Entry::Unarmed {
                // Of no use but to find out whether there is a clock: tokio panics where there is none.
                if catch_unwind(|| drop(tokio::time::sleep(timeout))).is_err() {
                    return Some(Err(NoClock));
                }
                newcomer.arms = true;
                entry = timed.lane.enter(&newcomer);
            }
            let Entry::Entered(Entered { slot, timed: is_timed, arms }) = entry else {
                // One for each runtime that is there.
                at = u16::checked_add(at, 1).expect("under 2^16 runtimes at once");
                return None;
            };
            if arms {
                timed.arm(&runtime);
            }
            Some(Ok((slot, is_timed)))
        });
        entered.map(|(slot, timed)| (TimerEntry { lane: at, slot: slot.into() }, timed))
    }

    fn of(&self, spot: TimerEntry) -> Option<&Lane<Id>> {
        self.iter().nth(spot.lane.into()).map(|timed| &*timed.lane)
    }

    pub(crate) fn remove(&self, spot: TimerEntry) {
        if let Some(lane) = self.of(spot) {
            lane.leave(spot.slot.get());
        }
    }

    pub(crate) fn is_expired(&self, spot: TimerEntry) -> bool {
        self.of(spot).is_some_and(|lane| lane.is_rung(spot.slot.get()))
    }

    pub(crate) fn stop_timing(&self, spot: TimerEntry, waker: &Waker) {
        if let Some(lane) = self.of(spot) {
            lane.stay(spot.slot.get(), waker);
        }
    }

    pub(crate) fn wakers(&self) -> Vec<Waker> {
        self.iter().flat_map(|timed| timed.lane.wakers()).collect()
    }

    pub(crate) fn present(&self) -> Vec<Ticks> {
        self.iter().flat_map(|timed| timed.lane.present()).map(Ticks).collect()
    }
}

impl Timed {
    fn arm(&self, runtime: &Handle) {
        let task = runtime.spawn(ring(Armed(Some(Arc::clone(&self.lane))), self.timeout));
        *self.timer.lock().unwrap_or_else(PoisonError::into_inner) = Some(task.abort_handle());
    }
}

/// Rings a lane until nobody is left in it. Dropped with its runtime, it says so.
struct Armed(Option<Arc<Lane<Id>>>);

impl Drop for Armed {
    fn drop(&mut self) {
        if let Some(lane) = &self.0 {
            lane.disarm();
        }
    }
}

async fn ring(mut armed: Armed, timeout: Duration) {
    while let Some(lane) = &armed.0 {
        // Where that is before all time, nobody is due: not `before`, which stops at the first tick.
        let due = lane.ring(Ticks::now().0.saturating_sub(nanos(timeout)));
        let more = !due.rung.is_empty();
        due.rung.into_iter().for_each(Waker::wake);
        match due.next.and_then(|since| Ticks(since).after(timeout).instant()) {
            // They are many: the others shall have their turn.
            Some(_) if more => tokio::task::yield_now().await,
            Some(next) => tokio::time::sleep_until(next).await,
            None => armed.0 = None,
        }
    }
}
