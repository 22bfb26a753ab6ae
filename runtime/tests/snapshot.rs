//! Every interleaving of tasks that end with a look at everybody: what a drain reports adds up.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "it is made for the crate, and only part of it is modelled"
)]

#[path = "support/util.rs"]
mod util;

#[path = "../src/admission/mod.rs"]
mod admission;

use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use admission::{Admission, Exit, Kind, Phase, Registry, Request, Snapshot, Turn};
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;
use util::sync;

type Modelled = Admission<u8, &'static str, u32>;

fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(check);
}

fn admission(running: usize, waiting: usize) -> Arc<Modelled> {
    let words = [0; 4].map(sync::AtomicUsize::new);
    Arc::new(Admission::new((running, waiting), sync::Mutex::new(Registry::new(running, waiting)), words))
}

fn request(kind: Kind) -> Request<u8> {
    Request { info: 0, grace: Duration::ZERO, kept: false, kind }
}

fn sum(snapshot: &Snapshot<u8>) -> usize {
    snapshot.finished + snapshot.exits.len() + snapshot.present.len() + snapshot.unlisted
}

#[test]
fn finished_and_exits_and_present_and_unlisted_are_all_that_were_admitted() {
    model(|| {
        let admission = admission(2, 1);
        assert_eq!(admission.try_acquire_uncontended(), Some(Ok(())));
        let listed = admission.try_acquire(request(Kind::Bounded)).unwrap().key.unwrap();
        let queued = admission.try_acquire(request(Kind::Light)).unwrap().key.unwrap();
        admission.advance(Phase::Closing);
        let light = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || admission.release(|| (), || Some((1, Exit::Aborted, Duration::ZERO))))
        };
        let others = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || {
                admission.release_entry(listed, Some((Exit::Finished, Duration::ZERO)));
                match admission.poll_turn(queued, Waker::noop()) {
                    Turn::Go(None) => admission.release(|| (), || Some((2, Exit::Finished, Duration::ZERO))),
                    _ => admission.release_entry(queued, Some((Exit::NeverStarted, Duration::ZERO))),
                }
            })
        };
        assert_eq!(sum(&admission.snapshot(|| ()).0), 3);
        admission.advance(Phase::Cancelled);
        assert_eq!(sum(&admission.snapshot(|| ()).0), 3);
        light.join().unwrap();
        others.join().unwrap();
        let snapshot = admission.snapshot(|| ()).0;
        assert_eq!((sum(&snapshot), snapshot.present.len(), snapshot.unlisted), (3, 0, 0));
    });
}

#[test]
fn what_is_looked_at_with_it_is_of_the_same_moment_also_before_a_drain() {
    model(|| {
        let (admission, waiting) = (admission(2, 0), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..2)
            .map(|_| {
                let (admission, waiting) = (Arc::clone(&admission), Arc::clone(&waiting));
                thread::spawn(move || {
                    let admitted = admission
                        .try_acquire_uncontended()
                        .unwrap_or_else(|| admission.try_acquire(request(Kind::Light)).map(|_| ()));
                    admitted.unwrap();
                    // In its queue from its first await to its end.
                    waiting.fetch_add(1, SeqCst);
                    waiting.fetch_sub(1, SeqCst);
                    admission.release(|| (), || None);
                })
            })
            .collect();
        let (snapshot, waiting) = admission.snapshot(|| waiting.load(SeqCst));
        assert!(waiting <= snapshot.unlisted, "{waiting} wait of {} that run", snapshot.unlisted);
        for task in tasks {
            task.join().unwrap();
        }
        assert_eq!(admission.live(), 0);
    });
}
