//! Every interleaving of tasks that come to a timeout queue and leave it, with the clock that its alarm is set on.
//!
//! The alarm is a model of tokio's timer: a moment among those of a clock, whose waker is woken when the clock passes it.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "it is made for the crate, and only part of it is modelled"
)]

#[path = "support/util.rs"]
mod util;

#[path = "../src/timer/timeout_queue.rs"]
mod timeout_queue;

#[path = "../src/timer/alarm.rs"]
mod alarm;

use std::future::poll_fn;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::task::{Poll, Waker};

use alarm::{Alarm, AlarmedQueue};
use loom::future::block_on;
use loom::sync::Mutex;
use loom::thread;
use timeout_queue::{Entries, Insertion, NewWaiter, TimeoutQueue};
use util::sync;

const RESOLUTION: u64 = 1_000_000;
const HERE: u8 = 1;

fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    // Enough for those of which there are many.
    builder.max_branches = 10_000;
    builder.check(check);
}

/// A runtime's: what it has passed, and the one moment that it is to ring at. A moment stays where it was when the clock
/// has gone by: `has_rung`.
#[derive(Default)]
struct Clock {
    now: u64,
    set: Option<u64>,
    has_rung: bool,
    is_shut_down: bool,
}

struct Timer(Arc<Mutex<Clock>>);

impl Alarm<()> for Timer {
    fn set(&mut self, since: Option<NonZeroU64>, (): ()) -> Result<(), Option<NonZeroU64>> {
        let mut clock = self.0.lock().unwrap();
        if since.is_some() && clock.is_shut_down {
            return Err(clock.set.and_then(NonZeroU64::new));
        }
        clock.set = since.map(NonZeroU64::get);
        clock.has_rung = clock.set.is_some_and(|at| at <= clock.now);
        Ok(())
    }

    fn take_due(&mut self) -> Option<u64> {
        let mut clock = self.0.lock().unwrap();
        if !std::mem::take(&mut clock.has_rung) {
            return None;
        }
        clock.set.take()
    }

    /// Few are due here.
    fn continue_later(&mut self, (): ()) -> bool {
        false
    }
}

#[derive(Clone)]
struct Modelled {
    queue: Arc<AlarmedQueue<u8, Timer>>,
    clock: Arc<Mutex<Clock>>,
}

impl Modelled {
    fn new() -> Self {
        let clock = Arc::new(Mutex::new(Clock::default()));
        let queue = TimeoutQueue::new(sync::Mutex::new(Entries::new()), sync::AtomicUsize::new(0));
        let queue = Arc::new(AlarmedQueue::new(queue, Mutex::new(Timer(Arc::clone(&clock)))));
        Self { queue, clock }
    }

    /// What a task does that begins to wait. Whether it is timed, with its slot.
    fn insert(&self, since: u64, waker: &Waker) -> (u32, bool) {
        let since = NonZeroU64::new(since).unwrap();
        let newcomer = NewWaiter { runtime: HERE, since, timed: true, has_clock: true, waker };
        let Insertion::Inserted(inserted) = self.queue.queue.insert(&newcomer) else { panic!("one runtime's") };
        if inserted.moves_alarm && !self.queue.adjust(()) {
            let _ = self.queue.queue.stop_timing(inserted.slot, waker);
            return (inserted.slot, false);
        }
        (inserted.slot, inserted.timed)
    }

    fn remove(&self, slot: u32) {
        if self.queue.queue.remove(slot).1 {
            self.queue.adjust(());
        }
    }

    /// The clock passes to a moment, and wakes the alarm's waker where that was due.
    fn pass(&self, now: u64) {
        let rings = {
            let mut clock = self.clock.lock().unwrap();
            clock.now = now;
            clock.has_rung |= clock.set.is_some_and(|at| at <= now);
            clock.has_rung
        };
        if rings {
            self.queue.adjust(());
        }
    }

    fn set(&self) -> Option<u64> {
        self.clock.lock().unwrap().set
    }

    /// Waits as a task does, until its time is over.
    fn wait(&self, since: u64) {
        let mut slot = None;
        block_on(poll_fn(|cx| {
            let slot = *slot.get_or_insert_with(|| self.insert(since, cx.waker()).0);
            if self.queue.queue.is_expired(slot) { Poll::Ready(()) } else { Poll::Pending }
        }));
        self.remove(slot.unwrap());
    }
}

#[test]
fn a_task_that_comes_while_the_clock_passes_its_deadline_is_woken() {
    model(|| {
        let modelled = Modelled::new();
        let task = {
            let modelled = modelled.clone();
            thread::spawn(move || modelled.wait(RESOLUTION))
        };
        modelled.pass(RESOLUTION);
        task.join().unwrap();
        assert_eq!(modelled.set(), None, "the alarm outlives the task");
        assert!(modelled.queue.queue.present().is_empty());
    });
}

#[test]
fn once_everybody_has_left_the_alarm_is_set_for_nobody() {
    model(|| {
        let modelled = Modelled::new();
        let tasks: Vec<_> = (1..=2)
            .map(|moment| {
                let modelled = modelled.clone();
                thread::spawn(move || {
                    let (slot, _) = modelled.insert(moment * RESOLUTION, Waker::noop());
                    modelled.remove(slot);
                })
            })
            .collect();
        for task in tasks {
            task.join().unwrap();
        }
        assert_eq!(modelled.set(), None, "the alarm outlives the tasks");
        let (slot, timed) = modelled.insert(3 * RESOLUTION, Waker::noop());
        assert!(timed);
        assert_eq!(modelled.set(), Some(3 * RESOLUTION), "the next arms it again");
        modelled.remove(slot);
    });
}

#[test]
fn when_the_head_leaves_the_alarm_is_the_next_ones() {
    model(|| {
        let modelled = Modelled::new();
        let (head, _) = modelled.insert(RESOLUTION, Waker::noop());
        let leaving = {
            let modelled = modelled.clone();
            thread::spawn(move || modelled.remove(head))
        };
        let (next, timed) = modelled.insert(3 * RESOLUTION, Waker::noop());
        leaving.join().unwrap();
        assert!(timed);
        assert_eq!(modelled.set(), Some(3 * RESOLUTION));
        modelled.pass(2 * RESOLUTION);
        assert!(!modelled.queue.queue.is_expired(next), "it was woken at the time of one who has ended");
        modelled.pass(3 * RESOLUTION);
        assert!(modelled.queue.queue.is_expired(next));
    });
}

#[test]
fn a_head_that_leaves_as_the_alarm_rings_takes_nobody_with_it() {
    model(|| {
        let modelled = Modelled::new();
        let (head, _) = modelled.insert(RESOLUTION, Waker::noop());
        let (next, _) = modelled.insert(3 * RESOLUTION, Waker::noop());
        let leaving = {
            let modelled = modelled.clone();
            thread::spawn(move || modelled.remove(head))
        };
        modelled.pass(2 * RESOLUTION);
        leaving.join().unwrap();
        assert!(!modelled.queue.queue.is_expired(next));
        assert_eq!(modelled.set(), Some(3 * RESOLUTION), "nobody wakes the next");
        modelled.remove(next);
        assert_eq!(modelled.set(), None);
    });
}

#[test]
fn where_the_clock_is_shut_down_a_task_learns_that_nothing_will_wake_it() {
    model(|| {
        let modelled = Modelled::new();
        let shutting_down = {
            let modelled = modelled.clone();
            thread::spawn(move || modelled.clock.lock().unwrap().is_shut_down = true)
        };
        let (slot, timed) = modelled.insert(RESOLUTION, Waker::noop());
        shutting_down.join().unwrap();
        assert_eq!(modelled.set(), timed.then_some(RESOLUTION));
        modelled.remove(slot);
        assert_eq!(modelled.set(), None);
        // With a clock again, the next finds it.
        modelled.clock.lock().unwrap().is_shut_down = false;
        let (_, timed) = modelled.insert(2 * RESOLUTION, Waker::noop());
        assert!(timed);
        assert_eq!(modelled.set(), Some(2 * RESOLUTION));
    });
}

#[test]
fn an_alarm_that_could_not_be_moved_goes_with_the_last_task_all_the_same() {
    model(|| {
        let modelled = Modelled::new();
        let (head, _) = modelled.insert(RESOLUTION, Waker::noop());
        let (next, _) = modelled.insert(3 * RESOLUTION, Waker::noop());
        modelled.clock.lock().unwrap().is_shut_down = true;
        let leaving = {
            let modelled = modelled.clone();
            thread::spawn(move || modelled.remove(head))
        };
        modelled.remove(next);
        leaving.join().unwrap();
        assert_eq!(modelled.set(), None, "the alarm outlives the tasks");
    });
}

#[test]
fn more_than_expire_at_once_all_expire() {
    model(|| {
        const MANY: u64 = 130;
        let modelled = Modelled::new();
        let slots: Vec<u32> = (0..MANY).map(|since| modelled.insert(RESOLUTION + since, Waker::noop()).0).collect();
        modelled.pass(RESOLUTION + MANY);
        assert!(slots.into_iter().all(|slot| modelled.queue.queue.is_expired(slot)));
        assert_eq!(modelled.set(), None);
    });
}
