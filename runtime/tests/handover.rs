//! Every interleaving of a blocking call's task, which takes what its thread gives or goes before, with that thread.
//!
//! Compiled anew against loom's primitives, so that the whole workspace need not be. Task and thread do here what they do
//! in `task/blocking.rs`, in the same order. What the pool tells a task is a model: that the thread has ended.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "it is made for the crate, and only part of it is modelled"
)]

#[path = "support/util.rs"]
mod util;

#[path = "../src/task/handover.rs"]
mod handover;

use std::mem;
use std::sync::Arc;

use handover::Handover;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use loom::thread;

/// A call, and what has become of it.
#[derive(Default)]
struct Call {
    /// The task holds one, and shares it with a thread that outlives it.
    places: AtomicUsize,
    runs: AtomicUsize,
    /// The arguments, or what ran of them.
    let_go: AtomicUsize,
    delivered: AtomicUsize,
    reported: AtomicUsize,
    thread_has_ended: AtomicBool,
}

impl Call {
    fn place(self: &Arc<Self>) -> Place {
        self.places.fetch_add(1, SeqCst);
        Place(Arc::clone(self))
    }

    /// A drain that looks now could return.
    fn has_left(&self) -> bool {
        self.places.load(SeqCst) == 0
    }

    fn seen(&self) -> Seen {
        let [runs, let_go] = [&self.runs, &self.let_go].map(|count| count.load(SeqCst));
        let [delivered, reported] = [&self.delivered, &self.reported].map(|count| count.load(SeqCst));
        Seen { runs, let_go, delivered, reported }
    }
}

#[derive(PartialEq, Eq, Debug)]
struct Seen {
    runs: usize,
    let_go: usize,
    delivered: usize,
    reported: usize,
}

struct Place(Arc<Call>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.places.fetch_sub(1, SeqCst);
    }
}

struct Arguments(Arc<Call>);

impl Drop for Arguments {
    fn drop(&mut self) {
        assert!(!self.0.has_left(), "after its place");
        self.0.let_go.fetch_add(1, SeqCst);
    }
}

/// What the thread gives: reported where nobody takes it.
struct Late {
    call: Arc<Call>,
    is_done: bool,
}

impl Drop for Late {
    fn drop(&mut self) {
        if self.is_done {
            assert!(!self.call.has_left(), "after its place");
            self.call.reported.fetch_add(1, SeqCst);
        }
    }
}

struct Job {
    work: Arguments,
    late: Late,
}

type Modelled = Arc<Handover<Job, Late, Place>>;

/// What the pool does, at some time.
fn work_for(handover: &Modelled, call: &Call) {
    if let Some(Job { mut late, work }) = handover.begin() {
        call.runs.fetch_add(1, SeqCst);
        drop(work);
        late.is_done = true;
        drop(handover.give(late));
        drop(handover.end());
    }
    call.thread_has_ended.store(true, SeqCst);
}

/// The body of the task.
struct Blocking(Modelled, Arc<Call>);

impl Blocking {
    /// Whether it has its value.
    fn poll(&self) -> bool {
        if !self.1.thread_has_ended.load(SeqCst) {
            return false;
        }
        self.0.receive().is_some_and(|mut late| {
            if mem::take(&mut late.is_done) {
                self.1.delivered.fetch_add(1, SeqCst);
            }
            true
        })
    }
}

impl Drop for Blocking {
    fn drop(&mut self) {
        if self.0.let_go() {
            self.0.leave(self.1.place());
        }
    }
}

struct Task {
    body: Blocking,
    _place: Place,
}

/// A task that waits for its thread, which the pool may begin from now on.
fn started() -> (Arc<Call>, Task, thread::JoinHandle<()>) {
    let call = Arc::new(Call::default());
    let place = call.place();
    let late = Late { call: Arc::clone(&call), is_done: false };
    let job = Job { work: Arguments(Arc::clone(&call)), late };
    let handover = Arc::new(Handover::new(job));
    let thread = {
        let (handover, call) = (Arc::clone(&handover), Arc::clone(&call));
        thread::spawn(move || work_for(&handover, &call))
    };
    (Arc::clone(&call), Task { body: Blocking(handover, call), _place: place }, thread)
}

#[test]
fn a_task_that_waits_has_its_value_once_its_thread_has_ended() {
    loom::model(|| {
        let (call, task, thread) = started();
        let had = task.body.poll();
        thread.join().unwrap();
        assert_eq!(task.body.poll(), !had, "once");
        drop(task);
        assert_eq!(call.seen(), Seen { runs: 1, let_go: 1, delivered: 1, reported: 0 });
        assert!(call.has_left());
    });
}

#[test]
fn work_of_a_task_that_goes_runs_once_or_never_and_what_it_gives_is_delivered_or_reported() {
    loom::model(|| {
        let (call, task, thread) = started();
        let is_delivered = task.body.poll();
        drop(task);
        let left = call.has_left().then(|| call.seen());
        thread.join().unwrap();
        let seen = call.seen();
        assert_eq!(seen.let_go, 1);
        assert!(seen.runs <= 1);
        assert_eq!((seen.delivered, seen.delivered + seen.reported), (usize::from(is_delivered), seen.runs));
        assert!(call.has_left());
        assert!(left.is_none_or(|left| left == seen), "nothing happens after the last place was left");
    });
}

#[test]
fn work_that_the_pool_has_not_begun_when_the_task_goes_is_taken_back_and_never_runs() {
    loom::model(|| {
        let (call, task, thread) = started();
        drop(task);
        // Whatever the thread does now, it has begun before.
        let has_begun = call.seen().let_go == 0 || call.seen().runs == 1;
        if !has_begun {
            assert!(call.has_left(), "its place is free");
        }
        thread.join().unwrap();
        let runs = usize::from(has_begun);
        assert_eq!(call.seen(), Seen { runs, let_go: 1, delivered: 0, reported: runs });
    });
}

#[test]
fn a_drain_that_sees_every_place_left_has_nothing_left_to_be_said() {
    loom::model(|| {
        let (call, task, thread) = started();
        let going = thread::spawn(move || drop(task));
        let left = call.has_left().then(|| call.seen());
        going.join().unwrap();
        thread.join().unwrap();
        let seen = call.seen();
        assert!(call.has_left());
        assert_eq!((seen.let_go, seen.delivered, seen.reported), (1, 0, seen.runs));
        assert!(left.is_none_or(|left| left == seen), "something is said after the drain");
    });
}
