//! Every interleaving of children of a group that fail at once, with the group that waits for them or is dropped.
//!
//! Compiled anew against loom's primitives, so that the whole workspace need not be. What cancels them is a model: its
//! first cause stays.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "it is made for the crate, and only part of it is modelled"
)]

#[path = "support/util.rs"]
mod util;

#[path = "../src/patterns/first_failure.rs"]
mod first_failure;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, Waker};

use first_failure::FirstFailure;
use loom::future::block_on;
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cause {
    Sibling(usize),
    GroupDropped,
}

#[derive(Default)]
struct Source {
    cause: Mutex<Option<Cause>>,
    waiting: Mutex<Vec<Waker>>,
}

impl Source {
    fn cancel(&self, cause: Cause) {
        let mut first = self.cause.lock().unwrap();
        if first.is_some() {
            return;
        }
        *first = Some(cause);
        drop(first);
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap());
        waiting.into_iter().for_each(Waker::wake);
    }

    fn cause(&self) -> Option<Cause> {
        *self.cause.lock().unwrap()
    }

    /// What a child does that listens.
    fn cancelled(&self) -> Cause {
        block_on(poll_fn(|cx| {
            self.waiting.lock().unwrap().push(cx.waker().clone());
            self.cause().map_or(Poll::Pending, Poll::Ready)
        }))
    }
}

/// An `Err` of a child's.
struct Failure {
    child: usize,
    dropped: Arc<AtomicUsize>,
}

impl Drop for Failure {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, SeqCst);
    }
}

struct Group {
    failed: FirstFailure<Failure, Cause>,
    source: Source,
    dropped: Arc<AtomicUsize>,
}

impl Group {
    fn new() -> Arc<Self> {
        Arc::new(Self { failed: FirstFailure::new(), source: Source::default(), dropped: Arc::default() })
    }

    fn failure(&self, child: usize) -> Failure {
        Failure { child, dropped: Arc::clone(&self.dropped) }
    }

    /// What a child does last that fails.
    fn fail(&self, child: usize) {
        self.failed.fail(self.failure(child), Cause::Sibling(child), |cause| self.source.cancel(cause));
    }

    fn child(self: &Arc<Self>, child: usize) -> thread::JoinHandle<()> {
        let group = Arc::clone(self);
        thread::spawn(move || group.fail(child))
    }

    /// What `wait` gives, once all have ended.
    fn first(&self) -> Option<usize> {
        self.failed.take().map(|failure| failure.child)
    }
}

#[test]
fn of_those_who_fail_at_once_one_is_given_and_is_what_the_others_are_cancelled_with() {
    loom::model(|| {
        let group = Group::new();
        let children = [group.child(0), group.child(1)];
        let listens = {
            let group = Arc::clone(&group);
            thread::spawn(move || group.source.cancelled())
        };
        for child in children {
            child.join().unwrap();
        }
        let heard = listens.join().unwrap();
        assert_eq!(group.dropped.load(SeqCst), 1, "the later one's");
        let first = group.first().expect("they have failed");
        assert_eq!((heard, group.source.cause()), (Cause::Sibling(first), Some(Cause::Sibling(first))));
        assert_eq!(group.dropped.load(SeqCst), 2);
        assert_eq!(group.first(), None);
    });
}

#[test]
fn a_child_that_takes_the_place_of_one_that_has_failed_is_cancelled_from_its_start() {
    loom::model(|| {
        let group = Group::new();
        let (one, other) = (group.child(0), group.child(1));
        other.join().unwrap();
        let cause = group.source.cause();
        assert!(cause.is_some(), "a failed child has ended");
        one.join().unwrap();
        assert_eq!(group.source.cause(), cause);
        assert_eq!(group.first().map(Cause::Sibling), cause);
    });
}

#[test]
fn a_group_that_is_dropped_while_a_child_fails_cancels_the_others_once() {
    loom::model(|| {
        let group = Group::new();
        let dropped = Arc::clone(&group.dropped);
        let child = {
            let group = Arc::clone(&group);
            thread::spawn(move || {
                group.fail(0);
                group.source.cause()
            })
        };
        group.source.cancel(Cause::GroupDropped);
        let cause = group.source.cause();
        assert!(matches!(cause, Some(Cause::GroupDropped | Cause::Sibling(0))));
        assert_eq!(child.join().unwrap(), cause);
        drop(group);
        assert_eq!(dropped.load(SeqCst), 1, "nobody waits for the failure: it goes with the group");
    });
}

#[test]
fn what_a_cancellation_wakes_may_fail_in_its_turn() {
    loom::model(|| {
        let group = Group::new();
        let child = group.child(0);
        let mut named = None;
        group.failed.fail(group.failure(1), Cause::Sibling(1), |cause| {
            // No lock is held here.
            group.failed.fail(group.failure(2), Cause::Sibling(2), |again| named = Some((cause, again)));
            group.source.cancel(cause);
        });
        child.join().unwrap();
        let first = group.first().map(Cause::Sibling).unwrap();
        assert_eq!(named, Some((first, first)));
        assert_eq!(group.dropped.load(SeqCst), 3);
    });
}
