//! Every interleaving of a few threads over a timeout queue: coming and leaving against expiring, and against a drain.

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

use std::future::poll_fn;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::task::{Poll, Waker};

use loom::future::block_on;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;
use timeout_queue::{Entries, Inserted, Insertion, NewWaiter, TimeoutQueue};
use util::sync;

type Modelled = TimeoutQueue<u8>;

const HERE: u8 = 1;

/// A moment that is far enough from the next for the alarm to be moved.
const fn at(moment: u64) -> u64 {
    moment * 1_000_000
}

fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(check);
}

fn queue() -> Arc<Modelled> {
    Arc::new(TimeoutQueue::new(sync::Mutex::new(Entries::new()), sync::AtomicUsize::new(0)))
}

fn newcomer(since: u64, waker: &Waker) -> NewWaiter<'_, u8> {
    NewWaiter { runtime: HERE, since: NonZeroU64::new(since).unwrap(), timed: true, has_clock: true, waker }
}

fn insert(queue: &Modelled, since: u64, waker: &Waker) -> Inserted {
    come(queue, HERE, since, waker).expect("it is this runtime's")
}

fn come(queue: &Modelled, runtime: u8, since: u64, waker: &Waker) -> Option<Inserted> {
    let insertion = queue.insert(&NewWaiter { runtime, ..newcomer(since, waker) });
    if let Insertion::Inserted(inserted) = insertion { Some(inserted) } else { None }
}

/// What the alarm does when it rings: gives how many are woken.
fn expire(queue: &Modelled, since: u64) -> usize {
    let wakers = queue.expire(since);
    let woken = wakers.len();
    wakers.into_iter().for_each(Waker::wake);
    woken
}

#[test]
fn tasks_whose_time_is_over_are_woken_and_say_so_once() {
    model(|| {
        let queue = queue();
        let tasks: Vec<_> = (0..2)
            .map(|_| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || {
                    let mut slot = None;
                    block_on(poll_fn(|cx| {
                        let slot = *slot.get_or_insert_with(|| {
                            let inserted = insert(&queue, at(1), cx.waker());
                            // Whoever comes last expires both; whoever comes first may do it for itself alone.
                            expire(&queue, at(1));
                            inserted.slot
                        });
                        if queue.is_expired(slot) { Poll::Ready(()) } else { Poll::Pending }
                    }));
                    assert!(!queue.is_expired(slot.unwrap()), "it is said twice");
                    let _ = queue.remove(slot.unwrap());
                })
            })
            .collect();
        for task in tasks {
            task.join().unwrap();
        }
        assert!(queue.present().is_empty());
    });
}

#[test]
fn a_task_that_leaves_as_its_time_is_over_leaves_nothing() {
    model(|| {
        let queue = queue();
        let inserted = insert(&queue, at(1), Waker::noop());
        assert!(inserted.timed && inserted.moves_alarm);
        let alarm = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || expire(&queue, at(1)))
        };
        let _ = queue.remove(inserted.slot);
        assert!(alarm.join().unwrap() <= 1);
        assert!(queue.present().is_empty());
        // The slot is the next one's, and nothing of the last is said of it.
        let next = insert(&queue, at(2), Waker::noop());
        assert_eq!(next.slot, inserted.slot);
        assert!(!queue.is_expired(next.slot));
    });
}

#[test]
fn whoever_changes_the_head_is_asked_to_move_the_alarm_and_nobody_else() {
    model(|| {
        let queue = queue();
        let first = insert(&queue, at(1), Waker::noop());
        assert!(first.moves_alarm, "nobody was there");
        assert_eq!(queue.arm().map(NonZeroU64::get), Some(at(1)));
        let second = insert(&queue, at(1) + 1, Waker::noop());
        let third = insert(&queue, at(2), Waker::noop());
        let fourth = insert(&queue, at(3), Waker::noop());
        assert!(!second.moves_alarm && !third.moves_alarm && !fourth.moves_alarm);
        assert!(!queue.remove(third.slot).1, "it was not the head");
        assert!(!queue.remove(first.slot).1, "the next deadline is no further than a timer is exact");
        assert!(queue.remove(second.slot).1, "the next deadline is later");
        assert_eq!(queue.arm().map(NonZeroU64::get), Some(at(3)));
        assert!(queue.remove(fourth.slot).1, "nobody is left");
        // One that comes before the alarm has been moved, and with an earlier time.
        let early = insert(&queue, at(2), Waker::noop());
        assert!(early.moves_alarm, "the alarm is later than its deadline");
        assert_eq!(queue.arm().map(NonZeroU64::get), Some(at(2)));
        assert!(queue.remove(early.slot).1);
        assert_eq!(queue.arm(), None);
    });
}

#[test]
fn a_drain_wakes_whoever_waits_or_is_seen_by_whoever_begins_to() {
    model(|| {
        let (queue, cancelled) = (queue(), Arc::new(AtomicUsize::new(0)));
        let task = {
            let (queue, cancelled) = (Arc::clone(&queue), Arc::clone(&cancelled));
            thread::spawn(move || {
                let mut slot = None;
                block_on(poll_fn(|cx| {
                    slot.get_or_insert_with(|| insert(&queue, at(1), cx.waker()).slot);
                    if cancelled.load(SeqCst) == 1 { Poll::Ready(()) } else { Poll::Pending }
                }));
                let _ = queue.remove(slot.unwrap());
            })
        };
        cancelled.store(1, SeqCst);
        queue.wakers().into_iter().for_each(Waker::wake);
        task.join().unwrap();
        assert!(queue.present().is_empty());
    });
}

#[test]
fn a_task_that_stays_past_its_time_is_woken_by_a_drain_and_expires_no_more() {
    model(|| {
        let (queue, cancelled) = (queue(), Arc::new(AtomicUsize::new(0)));
        let task = {
            let (queue, cancelled) = (Arc::clone(&queue), Arc::clone(&cancelled));
            thread::spawn(move || {
                let mut slot = None;
                block_on(poll_fn(|cx| {
                    if slot.is_none() {
                        let inserted = insert(&queue, at(1), cx.waker());
                        let _ = queue.stop_timing(inserted.slot, cx.waker());
                        slot = Some(inserted.slot);
                    }
                    if cancelled.load(SeqCst) == 1 { Poll::Ready(()) } else { Poll::Pending }
                }));
                assert!(!queue.is_expired(slot.unwrap()));
                let _ = queue.remove(slot.unwrap());
            })
        };
        expire(&queue, at(9));
        cancelled.store(1, SeqCst);
        queue.wakers().into_iter().for_each(Waker::wake);
        task.join().unwrap();
        assert!(queue.present().is_empty());
    });
}

#[test]
fn a_queue_is_another_runtimes_once_the_first_has_left_it_and_the_alarm() {
    model(|| {
        let queue = queue();
        let first = insert(&queue, at(1), Waker::noop());
        queue.arm();
        let leaving = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                assert!(queue.remove(first.slot).1);
                assert_eq!(queue.arm(), None);
            })
        };
        if let Some(other) = come(&queue, HERE + 1, at(2), Waker::noop()) {
            assert_eq!(queue.present(), [at(2)], "somebody of the first is still there");
            let _ = queue.remove(other.slot);
        }
        leaving.join().unwrap();
        let other = come(&queue, HERE + 1, at(2), Waker::noop());
        assert!(other.is_some_and(|inserted| inserted.timed));
        assert_eq!(come(&queue, HERE, at(2), Waker::noop()), None);
    });
}

#[test]
fn those_who_wait_expire_in_order_and_those_out_of_order_are_not_queued() {
    model(|| {
        let queue = queue();
        let first = insert(&queue, at(5), Waker::noop());
        let early = insert(&queue, at(4), Waker::noop());
        assert!(!early.timed && !early.moves_alarm);
        let third = insert(&queue, at(6), Waker::noop());
        assert_eq!(expire(&queue, at(5)), 1);
        assert!(queue.is_expired(first.slot) && !queue.is_expired(early.slot) && !queue.is_expired(third.slot));
        for slot in [third.slot, early.slot, first.slot] {
            let _ = queue.remove(slot);
        }
        assert!(queue.present().is_empty());
    });
}

#[test]
fn where_nobody_knows_of_a_clock_nobody_waits_for_another_to_keep_the_time() {
    model(|| {
        let queue = queue();
        let tasks: Vec<_> = (0..2)
            .map(|_| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.insert(&NewWaiter { has_clock: false, ..newcomer(at(1), Waker::noop()) }))
            })
            .collect();
        for task in tasks {
            assert_eq!(task.join().unwrap(), Insertion::ClockUnknown);
        }
        assert!(queue.present().is_empty());
        // Known once, it is known to the others.
        insert(&queue, at(1), Waker::noop());
        let next = queue.insert(&NewWaiter { has_clock: false, ..newcomer(at(1), Waker::noop()) });
        assert!(matches!(next, Insertion::Inserted(_)));
    });
}
