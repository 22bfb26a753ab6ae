//! Every interleaving of a few threads over a lane: entering and leaving against the timer, and against a drain.

#![allow(dead_code, unreachable_pub, reason = "the lane is made for the crate, and only part of it is modelled")]

mod sync {
    pub(crate) use loom::sync::Mutex;
    pub(crate) use loom::sync::atomic::AtomicUsize;
}

#[path = "../src/lane.rs"]
mod lane;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, Waker};

use lane::{Due, Entered, Entry, Lane, Line, Newcomer};
use loom::future::block_on;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;

type Modelled = Lane<u8>;

const HERE: u8 = 1;

fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(check);
}

fn lane() -> Arc<Modelled> {
    Arc::new(Lane::new(sync::Mutex::new(Line::new()), sync::AtomicUsize::new(0)))
}

fn enter(lane: &Modelled, since: u64, waker: &Waker) -> Entered {
    come(lane, HERE, since, waker).expect("it is this runtime's")
}

fn come(lane: &Modelled, runtime: u8, since: u64, waker: &Waker) -> Option<Entered> {
    let newcomer = Newcomer { runtime, since, timed: true, arms: true, waker };
    if let Entry::Entered(entered) = lane.enter(&newcomer) { Some(entered) } else { None }
}

/// What the timer does when it looks.
fn ring(lane: &Modelled, since: u64) -> Option<u64> {
    let Due { rung, next } = lane.ring(since);
    rung.into_iter().for_each(Waker::wake);
    next
}

/// Waits as a task does until its time is over.
fn rung(lane: &Modelled, since: u64) {
    let mut slot = None;
    block_on(poll_fn(|cx| {
        let slot = *slot.get_or_insert_with(|| enter(lane, since, cx.waker()).slot);
        if lane.is_rung(slot) { Poll::Ready(()) } else { Poll::Pending }
    }));
    lane.leave(slot.unwrap());
}

#[test]
fn a_task_whose_time_is_over_is_rung_and_whoever_arms_the_timer_is_one() {
    model(|| {
        let (lane, armed) = (lane(), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..2)
            .map(|_| {
                let (lane, armed) = (Arc::clone(&lane), Arc::clone(&armed));
                thread::spawn(move || {
                    let mut slot = None;
                    block_on(poll_fn(|cx| {
                        let slot = *slot.get_or_insert_with(|| {
                            let entered = enter(&lane, 1, cx.waker());
                            if entered.arms {
                                assert_eq!(armed.fetch_add(1, SeqCst), 0, "two timers at once");
                                // The one who arms starts the timer: here, it looks at once.
                                armed.fetch_sub(1, SeqCst);
                                while ring(&lane, 1).is_some() {}
                            }
                            entered.slot
                        });
                        if lane.is_rung(slot) { Poll::Ready(()) } else { Poll::Pending }
                    }));
                    lane.leave(slot.unwrap());
                })
            })
            .collect();
        for task in tasks {
            task.join().unwrap();
        }
        assert!(lane.present().is_empty());
    });
}

#[test]
fn a_task_that_leaves_as_its_time_is_over_leaves_nothing() {
    model(|| {
        let lane = lane();
        let entered = enter(&lane, 1, Waker::noop());
        assert!(entered.timed && entered.arms);
        let timer = {
            let lane = Arc::clone(&lane);
            thread::spawn(move || ring(&lane, 1))
        };
        lane.leave(entered.slot);
        assert_eq!(timer.join().unwrap(), None);
        assert!(lane.present().is_empty());
        // The slot is the next one's, and nothing of the last rings it.
        let next = enter(&lane, 2, Waker::noop());
        assert_eq!((next.slot, next.arms), (entered.slot, true));
        assert!(!lane.is_rung(next.slot));
    });
}

#[test]
fn a_task_that_comes_while_the_timer_finds_nobody_is_rung_by_it_or_arms_another() {
    model(|| {
        let lane = lane();
        let first = enter(&lane, 1, Waker::noop());
        assert!(first.arms);
        lane.leave(first.slot);
        let timer = {
            let lane = Arc::clone(&lane);
            thread::spawn(move || ring(&lane, 1))
        };
        let second = enter(&lane, 5, Waker::noop());
        let next = timer.join().unwrap();
        assert_eq!(next, if second.arms { None } else { Some(5) }, "nobody rings it, or two do");
        if second.arms {
            assert_eq!(ring(&lane, 4), Some(5));
        }
        assert_eq!(ring(&lane, 5), None);
        assert!(lane.is_rung(second.slot));
    });
}

#[test]
fn a_drain_wakes_whoever_waits_or_is_seen_by_whoever_begins_to() {
    model(|| {
        let (lane, told) = (lane(), Arc::new(AtomicUsize::new(0)));
        let task = {
            let (lane, told) = (Arc::clone(&lane), Arc::clone(&told));
            thread::spawn(move || {
                let mut slot = None;
                block_on(poll_fn(|cx| {
                    slot.get_or_insert_with(|| enter(&lane, 1, cx.waker()).slot);
                    if told.load(SeqCst) == 1 { Poll::Ready(()) } else { Poll::Pending }
                }));
                lane.leave(slot.unwrap());
            })
        };
        told.store(1, SeqCst);
        lane.wakers().into_iter().for_each(Waker::wake);
        task.join().unwrap();
        assert!(lane.present().is_empty());
    });
}

#[test]
fn a_task_that_stays_past_its_time_is_woken_by_a_drain_and_rung_no_more() {
    model(|| {
        let (lane, told) = (lane(), Arc::new(AtomicUsize::new(0)));
        let task = {
            let (lane, told) = (Arc::clone(&lane), Arc::clone(&told));
            thread::spawn(move || {
                let mut slot = None;
                block_on(poll_fn(|cx| {
                    if slot.is_none() {
                        let entered = enter(&lane, 1, cx.waker());
                        lane.stay(entered.slot, cx.waker());
                        slot = Some(entered.slot);
                    }
                    if told.load(SeqCst) == 1 { Poll::Ready(()) } else { Poll::Pending }
                }));
                assert!(!lane.is_rung(slot.unwrap()));
                lane.leave(slot.unwrap());
            })
        };
        ring(&lane, 9);
        told.store(1, SeqCst);
        lane.wakers().into_iter().for_each(Waker::wake);
        task.join().unwrap();
    });
}

#[test]
fn a_timer_that_goes_with_its_runtime_leaves_the_lane_to_the_next() {
    model(|| {
        let lane = lane();
        let lost = enter(&lane, 1, Waker::noop());
        let runtime = {
            let lane = Arc::clone(&lane);
            // The order in which a runtime drops its tasks is its own.
            thread::spawn(move || lane.disarm())
        };
        let other = come(&lane, HERE + 1, 9, Waker::noop());
        assert_eq!(other, None, "somebody of the first is still there");
        lane.leave(lost.slot);
        runtime.join().unwrap();
        let other = come(&lane, HERE + 1, 2, Waker::noop());
        assert!(other.is_some_and(|entered| entered.arms && entered.timed));
        rung_by_hand(&lane, other.unwrap());
    });
}

fn rung_by_hand(lane: &Modelled, entered: Entered) {
    assert_eq!(ring(lane, 2), None);
    assert!(lane.is_rung(entered.slot));
    assert!(!lane.is_rung(entered.slot), "told twice");
    lane.leave(entered.slot);
}

#[test]
fn those_who_wait_are_rung_in_order_and_those_out_of_order_are_not_let_in() {
    model(|| {
        let lane = lane();
        let first = enter(&lane, 5, Waker::noop());
        let early = enter(&lane, 4, Waker::noop());
        assert!(!early.timed && !early.arms);
        let third = enter(&lane, 6, Waker::noop());
        assert_eq!(ring(&lane, 5), Some(6));
        assert!(lane.is_rung(first.slot) && !lane.is_rung(early.slot) && !lane.is_rung(third.slot));
        for slot in [third.slot, early.slot, first.slot] {
            lane.leave(slot);
        }
        let waiting = Arc::clone(&lane);
        let task = thread::spawn(move || rung(&waiting, 7));
        // It rings until somebody has come.
        while lane.present().is_empty() {
            thread::yield_now();
        }
        ring(&lane, 7);
        task.join().unwrap();
    });
}

#[test]
fn where_there_is_no_clock_nobody_waits_for_another_to_ring() {
    model(|| {
        let lane = lane();
        let tasks: Vec<_> = (0..2)
            .map(|_| {
                let lane = Arc::clone(&lane);
                let waker = Waker::noop();
                thread::spawn(move || {
                    lane.enter(&Newcomer { runtime: HERE, since: 1, timed: true, arms: false, waker })
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.join().unwrap(), Entry::Unarmed);
        }
        assert!(lane.present().is_empty());
    });
}
