//! A loop's runs, which are counted beside the gate: a drain waits for each, and whoever waits for the last is woken.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "it is made for the crate, and only part of it is modelled"
)]

#[path = "../src/admission/mod.rs"]
mod admission;
#[path = "support/util.rs"]
mod util;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use admission::{Admission, Exit, Key, Kind, Phase, Registry, Request};
use loom::future::block_on;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;
use util::sync;

type Modelled = Admission<u8, &'static str, u32>;

/// All interleavings with up to three preemptions.
fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(check);
}

/// A tracker with one place, and the loop that has it.
fn with_a_loop() -> (Arc<Modelled>, Key) {
    let words = [0; 4].map(sync::AtomicUsize::new);
    let admission = Arc::new(Admission::new((1, 0), sync::Mutex::new(Registry::new(1, 0)), words));
    let key = admission.try_acquire(of(Kind::Worker)).unwrap().key.unwrap();
    (admission, key)
}

fn of(kind: Kind) -> Request<u8> {
    Request { info: 0, grace: Duration::ZERO, kept: true, kind }
}

/// A run of the loop begins, as the loop begins it.
fn begin(admission: &Modelled) {
    let admitted = admission.try_enter_loop().map_or_else(|| admission.try_acquire(of(Kind::Run)), Ok);
    assert!(admitted.is_ok_and(|admitted| admitted.in_loop && admitted.key.is_none()));
}

fn end(admission: &Modelled) {
    admission.leave_loop(|| (), || Some((0, Exit::Finished, Duration::ZERO)));
}

fn leave(admission: &Modelled, key: Key) {
    admission.release_entry(key, None);
}

#[test]
fn a_drain_waits_for_a_run_that_outlives_its_loop_and_is_woken_by_it() {
    model(|| {
        let (admission, key) = with_a_loop();
        let ended = Arc::new(AtomicUsize::new(0));
        begin(&admission);
        let run = {
            let (admission, ended) = (Arc::clone(&admission), Arc::clone(&ended));
            thread::spawn(move || {
                ended.store(1, SeqCst);
                end(&admission);
            })
        };
        leave(&admission, key);
        admission.advance(Phase::Closing);
        block_on(poll_fn(|cx| if admission.is_empty(cx.waker()) { Poll::Ready(()) } else { Poll::Pending }));
        assert_eq!(ended.load(SeqCst), 1);
        assert_eq!(admission.live(), 0);
        run.join().unwrap();
    });
}

#[test]
fn who_waits_for_an_idle_tracker_is_woken_by_the_run_that_is_its_last() {
    model(|| {
        let (admission, key) = with_a_loop();
        begin(&admission);
        let run = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || end(&admission))
        };
        leave(&admission, key);
        let mut own = None;
        block_on(poll_fn(|cx| if admission.poll_idle(&mut own, cx.waker()) { Poll::Ready(()) } else { Poll::Pending }));
        assert_eq!(admission.live(), 0);
        run.join().unwrap();
    });
}

#[test]
fn a_run_that_begins_as_a_drain_begins_is_waited_for() {
    model(|| {
        let (admission, key) = with_a_loop();
        let looping = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || {
                begin(&admission);
                leave(&admission, key);
                end(&admission);
            })
        };
        admission.advance(Phase::Closing);
        block_on(poll_fn(|cx| if admission.is_empty(cx.waker()) { Poll::Ready(()) } else { Poll::Pending }));
        assert_eq!(admission.live(), 0);
        looping.join().unwrap();
    });
}
