//! Every interleaving of a few threads over an admission: coming in against a drain, leaving against waiting, aborts.
//!
//! It is compiled anew against loom's primitives, so that the whole workspace need not be.

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

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use admission::{Admission, Exit, Key, Kind, LastSignals, Look, Phase, Refusal, Registry, Request, Signals, Turn};
use loom::future::block_on;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use loom::thread;
use util::sync;

type Modelled = Admission<u8, &'static str, u32>;

/// All interleavings with up to three preemptions: what is wrong shows with two.
fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(check);
}

/// Loom's primitives are not const: the admission takes them ready-made.
fn admission(running: usize, waiting: usize) -> Arc<Modelled> {
    let words = [0; 4].map(sync::AtomicUsize::new);
    Arc::new(Admission::new((running, waiting), sync::Mutex::new(Registry::new(running, waiting)), words))
}

fn outside() -> Request<u8> {
    Request { info: 0, grace: Duration::ZERO, kept: false, kind: Kind::Bounded }
}

fn light() -> Request<u8> {
    Request { kind: Kind::Light, ..outside() }
}

fn finish(admission: &Modelled, key: Key) {
    admission.release_entry(key, Some((Exit::Finished, Duration::ZERO)));
}

/// Makes a call as a task without an entry does: past the lock, where that can be.
fn call(admission: &Modelled) -> Result<Option<Key>, Refusal> {
    match admission.try_acquire_after(admission.look_at_gate()) {
        Some(admitted) => admitted.map(|()| None),
        None => admission.try_acquire(light()).map(|admitted| admitted.key),
    }
}

fn go(admission: &Modelled) {
    admission.release(|| (), || Some((0, Exit::Finished, Duration::ZERO)));
}

/// Waits as a drain does, for the last one to leave.
fn drained(admission: &Modelled) {
    block_on(poll_fn(|cx| if admission.is_empty(cx.waker()) { Poll::Ready(()) } else { Poll::Pending }));
}

/// Waits as a queued task does.
fn turn(admission: &Modelled, key: Key) -> Turn<&'static str> {
    block_on(poll_fn(|cx| match admission.poll_turn(key, cx.waker()) {
        Turn::Wait => Poll::Pending,
        turn => Poll::Ready(turn),
    }))
}

#[test]
fn nothing_runs_once_a_drain_has_returned() {
    model(|| {
        let admission = admission(2, 0);
        let running = Arc::new(AtomicUsize::new(0));
        let calls: Vec<_> = (0..2)
            .map(|_| {
                let (admission, running) = (Arc::clone(&admission), Arc::clone(&running));
                thread::spawn(move || {
                    if let Ok(admitted) = admission.try_acquire(outside()) {
                        running.fetch_add(1, SeqCst);
                        running.fetch_sub(1, SeqCst);
                        finish(&admission, admitted.key.unwrap());
                    }
                })
            })
            .collect();
        admission.advance(Phase::Closing);
        drained(&admission);
        assert_eq!(running.load(SeqCst), 0);
        assert_eq!(admission.live(), 0);
        assert!(matches!(admission.try_acquire(outside()), Err(Refusal::Draining)));
        for call in calls {
            call.join().unwrap();
        }
        assert_eq!(admission.live(), 0);
    });
}

/// Waits as `idle` does.
fn idle(admission: &Modelled) {
    let mut own = None;
    block_on(poll_fn(|cx| if admission.poll_idle(&mut own, cx.waker()) { Poll::Ready(()) } else { Poll::Pending }));
}

/// Those who leave by the gate, and the last with an entry: whoever waits for an idle tracker is woken.
#[test]
fn who_waits_until_nobody_is_left_is_woken_and_calls_pass_by_the_gate_again() {
    model(|| {
        let admission = admission(2, 0);
        assert!(matches!(call(&admission), Ok(None)));
        let key = admission.try_acquire(outside()).unwrap().key.unwrap();
        let first = Arc::clone(&admission);
        let leaves = thread::spawn(move || go(&first));
        let second = Arc::clone(&admission);
        let finishes = thread::spawn(move || finish(&second, key));
        idle(&admission);
        leaves.join().unwrap();
        finishes.join().unwrap();
        assert_eq!(admission.live(), 0);
        assert!(matches!(admission.try_acquire_uncontended(), Some(Ok(()))));
    });
}

/// One that waits no more neither keeps calls from the gate nor takes the wake of another.
#[test]
fn who_waits_no_more_is_forgotten() {
    model(|| {
        let admission = admission(1, 0);
        assert!(matches!(call(&admission), Ok(None)));
        let mut own = None;
        assert!(!admission.poll_idle(&mut own, Waker::noop()));
        let other = Arc::clone(&admission);
        let waits = thread::spawn(move || idle(&other));
        admission.cancel_idle_wait(own.unwrap());
        go(&admission);
        waits.join().unwrap();
        assert!(matches!(admission.try_acquire_uncontended(), Some(Ok(()))));
    });
}

#[test]
fn a_full_tracker_is_full_of_live_tasks() {
    model(|| {
        let admission = admission(1, 0);
        let refused = Arc::new(AtomicUsize::new(0));
        let calls: Vec<_> = (0..2)
            .map(|_| {
                let (admission, refused) = (Arc::clone(&admission), Arc::clone(&refused));
                thread::spawn(move || match admission.try_acquire(outside()) {
                    Ok(admitted) => admitted.key,
                    Err(refusal) => {
                        assert_eq!(refusal, Refusal::Full);
                        refused.fetch_add(1, SeqCst);
                        None
                    }
                })
            })
            .collect();
        assert!(admission.live() <= 1, "a refused call shows in the live count");
        let keys: Vec<_> = calls.into_iter().filter_map(|call| call.join().unwrap()).collect();
        assert_eq!((keys.len(), refused.load(SeqCst)), (1, 1));
    });
}

#[test]
fn a_queued_task_gets_its_turn_or_learns_that_it_never_will() {
    model(|| {
        let admission = admission(1, 1);
        let first = admission.try_acquire(outside()).unwrap();
        let second = admission.try_acquire(outside()).unwrap();
        assert!(!first.queued && second.queued);
        let waiting = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || {
                let key = second.key.unwrap();
                let turn = turn(&admission, key);
                let exit = if turn == Turn::Go(Some(key)) { Exit::Finished } else { Exit::NeverStarted };
                admission.release_entry(key, Some((exit, Duration::ZERO)));
                turn
            })
        };
        admission.advance(Phase::Closing);
        let closing = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || {
                admission.advance(Phase::Cancelled);
                drained(&admission);
                let snapshot = admission.snapshot(|| ()).0;
                assert_eq!(snapshot.finished + snapshot.exits.len(), 2, "a drain has counted everybody");
            })
        };
        finish(&admission, first.key.unwrap());
        assert!(matches!(waiting.join().unwrap(), Turn::Go(_) | Turn::Refused(_)));
        closing.join().unwrap();
    });
}

#[test]
fn a_task_that_begins_to_wait_misses_no_signal() {
    model(|| {
        let admission = admission(1, 0);
        let key = admission.try_acquire(outside()).unwrap().key.unwrap();
        admission.set_task_id(key, 7);
        let aborting = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || admission.abort(Some(key), 7, "asked"))
        };
        let telling = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || admission.advance(Phase::Dropped))
        };
        let (mut aborted, mut dropped, mut parked) = (false, false, false);
        block_on(poll_fn(|cx| {
            let signals =
                if parked { admission.signals(Some(key), || None) } else { Some(admission.park(key, cx.waker(), 1)) };
            parked = true;
            if let Some(Signals { phase, abort, .. }) = signals {
                aborted |= abort == Some("asked");
                dropped |= phase == Phase::Dropped;
            }
            if aborted && dropped { Poll::Ready(()) } else { Poll::Pending }
        }));
        aborting.join().unwrap();
        telling.join().unwrap();
        finish(&admission, key);
        assert_eq!(admission.live(), 0);
    });
}

#[test]
fn a_caller_that_stops_waiting_leaves_no_place_taken() {
    model(|| {
        let admission = admission(1, 0);
        let first = admission.try_acquire(outside()).unwrap().key.unwrap();
        let impatient = admission.acquire(outside());
        assert!(admission.poll_acquire(impatient, Waker::noop()).is_none());
        let patient = admission.acquire(outside());
        let leaving = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || finish(&admission, first))
        };
        let giving_up = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || admission.release_entry(impatient, None))
        };
        let admitted = block_on(poll_fn(|cx| match admission.poll_acquire(patient, cx.waker()) {
            Some(place) => Poll::Ready(place),
            None => Poll::Pending,
        }));
        assert!(admitted.is_ok());
        leaving.join().unwrap();
        giving_up.join().unwrap();
        assert_eq!(admission.live(), 1);
        finish(&admission, patient);
        assert_eq!(admission.live(), 0);
    });
}

#[test]
fn a_place_held_twice_is_free_when_both_have_left() {
    model(|| {
        let admission = admission(1, 0);
        let key = admission.try_acquire(outside()).unwrap().key.unwrap();
        admission.share(key);
        let thread_done = Arc::new(AtomicBool::new(false));
        let blocking = {
            let (admission, done) = (Arc::clone(&admission), Arc::clone(&thread_done));
            thread::spawn(move || {
                done.store(true, SeqCst);
                admission.release_entry(key, None);
            })
        };
        let timing_out = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || finish(&admission, key))
        };
        admission.advance(Phase::Closing);
        drained(&admission);
        assert!(thread_done.load(SeqCst));
        blocking.join().unwrap();
        timing_out.join().unwrap();
    });
}

#[test]
fn a_task_without_an_entry_shares_its_one_place_with_the_thread_that_outlives_it() {
    model(|| {
        let admission = admission(1, 0);
        assert_eq!(call(&admission), Ok(None));
        let left = Arc::new(AtomicUsize::new(0));
        let other = {
            let (admission, left) = (Arc::clone(&admission), Arc::clone(&left));
            thread::spawn(move || {
                let has_a_place = call(&admission).is_ok();
                assert!(!has_a_place || left.load(SeqCst) == 2, "the place of two who are still there");
                has_a_place
            })
        };
        let key = admission.list_shared(outside(), || ());
        left.fetch_add(1, SeqCst);
        finish(&admission, key);
        left.fetch_add(1, SeqCst);
        admission.release_entry(key, None);
        let has_a_place = other.join().unwrap();
        assert_eq!(admission.live(), usize::from(has_a_place));
    });
}

/// What a worker does: it waits until it is cancelled, and leaves.
fn work(admission: &Modelled, key: Key) {
    let mut parked = false;
    block_on(poll_fn(|cx| {
        let signals =
            if parked { admission.signals(Some(key), || None) } else { Some(admission.park(key, cx.waker(), 1)) };
        parked = true;
        match signals {
            Some(signals) if signals.owner_gone || signals.phase != Phase::Open => Poll::Ready(()),
            _ => Poll::Pending,
        }
    }));
    finish(admission, key);
}

#[test]
fn a_loop_that_starts_while_the_last_owner_goes_is_cancelled_or_refused() {
    model(|| {
        let admission = admission(2, 0);
        let starting = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || match admission.try_acquire(Request { kind: Kind::Worker, ..outside() }) {
                Ok(admitted) => work(&admission, admitted.key.unwrap()),
                Err(refusal) => assert_eq!(refusal, Refusal::OwnerGone),
            })
        };
        admission.owner_gone();
        assert!(matches!(admission.try_acquire(outside()), Err(Refusal::OwnerGone)));
        starting.join().unwrap();
        assert_eq!(admission.live(), 0);
    });
}

#[test]
fn a_last_owner_that_goes_during_a_drain_loses_nobody() {
    model(|| {
        let admission = admission(2, 0);
        let bounded = admission.try_acquire(outside()).unwrap().key.unwrap();
        let worker = admission.try_acquire(Request { kind: Kind::Worker, ..outside() }).unwrap().key.unwrap();
        let dropping = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || admission.owner_gone())
        };
        let working = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || {
                work(&admission, worker);
                finish(&admission, bounded);
            })
        };
        admission.advance(Phase::Closing);
        drained(&admission);
        dropping.join().unwrap();
        working.join().unwrap();
        assert_eq!(admission.live(), 0);
    });
}

#[test]
fn a_light_task_that_comes_while_a_drain_begins_is_waited_for_or_refused() {
    model(|| {
        let admission = admission(2, 0);
        let running = Arc::new(AtomicUsize::new(0));
        let calls: Vec<_> = (0..2)
            .map(|_| {
                let (admission, running) = (Arc::clone(&admission), Arc::clone(&running));
                thread::spawn(move || match call(&admission) {
                    Ok(_) => {
                        running.fetch_add(1, SeqCst);
                        running.fetch_sub(1, SeqCst);
                        go(&admission);
                    }
                    Err(refusal) => assert_eq!(refusal, Refusal::Draining),
                })
            })
            .collect();
        admission.advance(Phase::Closing);
        drained(&admission);
        assert_eq!(running.load(SeqCst), 0);
        assert!(matches!(call(&admission), Err(Refusal::Draining)));
        for call in calls {
            call.join().unwrap();
        }
        assert_eq!(admission.live(), 0);
    });
}

#[test]
fn light_tasks_and_others_keep_to_one_bound_and_none_is_refused_in_vain() {
    model(|| {
        let admission = admission(1, 0);
        let entered = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || match admission.try_acquire(outside()) {
                Ok(admitted) => {
                    assert_eq!(admission.live(), 1);
                    finish(&admission, admitted.key.unwrap());
                    true
                }
                Err(_) => false,
            })
        };
        let counted = call(&admission).is_ok();
        assert!(admission.live() <= 1, "a refused call shows in the live count");
        if counted {
            go(&admission);
        }
        assert!(entered.join().unwrap() || counted, "both were refused, and one place was free");
        assert_eq!(admission.live(), 0);
        assert!(call(&admission).is_ok());
    });
}

#[test]
fn a_light_task_that_leaves_gives_its_place_to_the_one_that_waits() {
    model(|| {
        let admission = admission(1, 1);
        assert_eq!(call(&admission), Ok(None));
        let waiting = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || {
                if let Some(key) = call(&admission).unwrap() {
                    assert_eq!(turn(&admission, key), Turn::Go(None));
                }
                go(&admission);
            })
        };
        go(&admission);
        waiting.join().unwrap();
        assert_eq!(admission.live(), 0);
        assert_eq!(call(&admission), Ok(None));
    });
}

#[test]
fn an_abort_finds_a_light_task_in_its_section_or_keeps_it_from_beginning_one() {
    model(|| {
        const ID: u32 = 7;
        let admission = admission(1, 0);
        call(&admission).unwrap();
        let aborting = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || admission.abort(None, ID, "asked"))
        };
        let mut entered = None;
        let signalled = block_on(poll_fn(|cx| {
            let inside = *entered.get_or_insert_with(|| admission.shield(ID));
            if !inside {
                return Poll::Ready(None);
            }
            admission.park_shielded(ID, cx.waker());
            match admission.signals(None, || Some(ID)) {
                Some(Signals { abort: Some(cause), .. }) => Poll::Ready(Some(cause)),
                _ => Poll::Pending,
            }
        }));
        let is_to_be_dropped = aborting.join().unwrap();
        // Dropped by its handle, or signalled: one of the two, and never in the section's middle.
        assert_eq!(
            (signalled, is_to_be_dropped),
            if entered == Some(true) { (Some("asked"), false) } else { (None, true) }
        );
        if entered == Some(true) {
            admission.unshield(ID);
        }
        assert_eq!(admission.last_signals(|| Some(ID)), LastSignals { abort: Some("asked"), handle_dropped: false });
        go(&admission);
        assert_eq!(admission.take_abort_cause(|| Some(ID)), Some("asked"), "its handle finds why");
        assert!(!admission.has_side_entries());
    });
}

#[test]
fn no_side_entry_stays_of_a_light_task_whose_handle_goes_as_it_ends() {
    model(|| {
        const ID: u32 = 7;
        let admission = admission(1, 0);
        call(&admission).unwrap();
        let handle = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || {
                admission.abort(None, ID, "asked");
                admission.handle_dropped(None, ID, true);
            })
        };
        let last = admission.last_signals(|| Some(ID));
        go(&admission);
        handle.join().unwrap();
        // The result is dropped by whoever is last, after both.
        let left = admission.take_abort_cause(|| Some(ID));
        assert!(!admission.has_side_entries());
        assert!(!(last.handle_dropped && left.is_some()), "struck out once");
    });
}

#[test]
fn no_side_entry_stays_of_a_light_task_that_is_dropped_while_its_handle_goes() {
    model(|| {
        const ID: u32 = 7;
        let admission = admission(1, 0);
        call(&admission).unwrap();
        let handle = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || admission.handle_dropped(None, ID, true))
        };
        // Its destructors run in between.
        let last = admission.last_signals(|| Some(ID));
        go(&admission);
        if !last.handle_dropped {
            admission.record_end(ID, true);
        }
        handle.join().unwrap();
        assert!(!admission.has_side_entries());
    });
}

#[test]
fn no_side_entry_stays_of_a_light_task_that_is_dropped_as_it_was_asked_and_whose_handle_goes() {
    model(|| {
        const ID: u32 = 7;
        let admission = admission(1, 0);
        call(&admission).unwrap();
        assert!(admission.abort(None, ID, "asked"));
        let handle = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || admission.handle_dropped(None, ID, true))
        };
        let last = admission.last_signals(|| Some(ID));
        assert_eq!(last.abort, Some("asked"));
        go(&admission);
        if !last.handle_dropped {
            admission.record_end(ID, true);
        }
        handle.join().unwrap();
        assert!(!admission.has_side_entries());
    });
}

#[test]
fn a_section_that_outlives_its_task_counts_for_nothing() {
    model(|| {
        const ID: u32 = 7;
        let admission = admission(1, 0);
        call(&admission).unwrap();
        assert!(admission.shield(ID));
        let aborting = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || admission.abort(None, ID, "asked"))
        };
        let last = admission.last_signals(|| Some(ID));
        admission.unshield(ID);
        go(&admission);
        admission.record_end(ID, true);
        let is_to_be_dropped = aborting.join().unwrap();
        assert!(is_to_be_dropped || last.abort == Some("asked"));
        let _ = admission.take_abort_cause(|| Some(ID));
        assert!(!admission.has_side_entries());
        assert!(admission.signals(None, || Some(ID)).is_none(), "a signal stays");
    });
}

#[test]
fn nobody_looks_any_more_for_the_signal_of_a_task_that_has_left_without_seeing_it() {
    model(|| {
        let admission = admission(1, 0);
        let key = admission.try_acquire(outside()).unwrap().key.unwrap();
        admission.set_task_id(key, 7);
        let aborting = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || admission.abort(Some(key), 7, "asked"))
        };
        finish(&admission, key);
        aborting.join().unwrap();
        let _ = admission.take_abort_cause(|| Some(7));
        assert!(admission.signals(None, || None).is_none(), "a signal stays");
    });
}

/// A full admission: its one place is taken, and one call is queued. Gives their keys.
fn full(kind: Kind) -> (Arc<Modelled>, Key, Key) {
    let admission = admission(1, 2);
    let running = admission.try_acquire(outside()).unwrap();
    let queued = admission.try_acquire(Request { kind, ..outside() }).unwrap();
    assert!(!running.queued && queued.queued);
    (admission, running.key.unwrap(), queued.key.unwrap())
}

#[test]
fn a_task_that_has_not_looked_since_its_turn_came_never_begins_once_a_drain_cancels() {
    model(|| {
        for (kind, to) in [(Kind::Light, Phase::Cancelled), (Kind::Bounded, Phase::Dropped)] {
            let (admission, running, queued) = full(kind);
            let behind = admission.try_acquire(outside()).unwrap().key.unwrap();
            assert_eq!(admission.poll_turn(queued, Waker::noop()), Turn::Wait);
            finish(&admission, running);
            let present = admission.snapshot(|| ()).0.present;
            assert_eq!(present, [(0, true), (0, true)], "its turn has come, and it has yet to begin");
            admission.advance(to);
            let snapshot = admission.snapshot(|| ()).0;
            assert_eq!((snapshot.present.as_slice(), snapshot.unlisted), ([(0, true), (0, true)].as_slice(), 0));
            for key in [queued, behind] {
                assert_eq!(admission.poll_turn(key, Waker::noop()), Turn::Refused(Refusal::Draining));
                admission.release_entry(key, Some((Exit::NeverStarted, Duration::ZERO)));
            }
            assert_eq!(admission.live(), 0);
            assert_eq!(admission.snapshot(|| ()).0.exits.len(), 2);
        }
    });
}

#[test]
fn a_worker_that_has_not_looked_since_its_turn_came_never_begins_once_it_is_cancelled() {
    model(|| {
        let (admission, running, queued) = full(Kind::Worker);
        let behind = admission.try_acquire(outside()).unwrap().key.unwrap();
        finish(&admission, running);
        admission.owner_gone();
        assert_eq!(admission.poll_turn(queued, Waker::noop()), Turn::Refused(Refusal::OwnerGone));
        // It was admitted, and ends by itself: the place is its own.
        assert_eq!(admission.poll_turn(behind, Waker::noop()), Turn::Go(Some(behind)));
        admission.release_entry(queued, Some((Exit::NeverStarted, Duration::ZERO)));
        finish(&admission, behind);
        assert_eq!(admission.live(), 0);
    });
}

#[test]
fn nothing_begins_in_a_drain_that_has_dropped_the_tasks() {
    model(|| {
        let (admission, running, queued) = full(Kind::Light);
        let acquiring = admission.acquire(outside());
        let dropped = Arc::new(AtomicBool::new(false));
        admission.advance(Phase::Closing);
        let tasks = {
            let (admission, dropped) = (Arc::clone(&admission), Arc::clone(&dropped));
            thread::spawn(move || {
                let mut is_over = dropped.load(SeqCst);
                match admission.poll_turn(queued, Waker::noop()) {
                    Turn::Go(key) => {
                        assert!(!is_over, "a queued task has begun");
                        assert_eq!(key, None);
                        go(&admission);
                    }
                    _ => admission.release_entry(queued, Some((Exit::NeverStarted, Duration::ZERO))),
                }
                is_over = dropped.load(SeqCst);
                if let Ok(admitted) = admission.try_acquire(Request { kept: true, ..outside() }) {
                    assert!(!is_over, "a call was admitted");
                    admission.release_entry(admitted.key.unwrap(), None);
                }
                is_over = dropped.load(SeqCst);
                match admission.poll_acquire(acquiring, Waker::noop()) {
                    Some(Err(refusal)) => assert_eq!(refusal, Refusal::Draining),
                    acquired => {
                        assert!(!is_over || acquired.is_none(), "a place was acquired");
                        admission.release_entry(acquiring, None);
                    }
                }
            })
        };
        let ending = {
            let admission = Arc::clone(&admission);
            thread::spawn(move || finish(&admission, running))
        };
        admission.advance(Phase::Dropped);
        dropped.store(true, SeqCst);
        tasks.join().unwrap();
        ending.join().unwrap();
        assert_eq!(admission.live(), 0);
    });
}

#[test]
fn a_task_that_was_admitted_before_a_drain_sees_at_its_first_poll_that_it_is_to_be_dropped() {
    model(|| {
        let admission = admission(1, 0);
        let dropped = Arc::new(AtomicBool::new(false));
        let task = {
            let (admission, dropped) = (Arc::clone(&admission), Arc::clone(&dropped));
            thread::spawn(move || {
                if call(&admission).is_err() {
                    return;
                }
                let is_over = dropped.load(SeqCst);
                let signals = admission.signals(None, || None);
                assert!(!is_over || signals.is_some_and(|signals| signals.phase == Phase::Dropped));
                go(&admission);
            })
        };
        admission.advance(Phase::Dropped);
        dropped.store(true, SeqCst);
        task.join().unwrap();
        assert_eq!(admission.live(), 0);
    });
}

#[test]
fn an_age_is_asked_for_only_where_a_drain_may_want_it() {
    model(|| {
        let admission = admission(3, 0);
        let key = || admission.try_acquire(outside()).unwrap().key.unwrap();
        let (unseen, seen, held_twice) = (key(), key(), key());
        admission.share(held_twice);
        admission.release_aged(unseen, Some((Exit::Aborted, || panic!("a look at the clock for nobody"))));
        // Its thread may leave in a drain.
        admission.release_aged(held_twice, Some((Exit::Aborted, || Duration::from_secs(3))));
        admission.advance(Phase::Closing);
        admission.release_aged(seen, Some((Exit::Aborted, || Duration::from_secs(7))));
        admission.release_entry(held_twice, None);
        let ages: Vec<_> = admission.snapshot(|| ()).0.exits.into_iter().map(|(_, _, age)| age.as_secs()).collect();
        assert_eq!(ages, [7, 3]);
    });
}

#[test]
fn a_place_that_was_seen_is_taken_only_if_it_is_still_there() {
    model(|| {
        let admission = admission(1, 0);
        let look = admission.look_at_gate();
        assert_eq!(call(&admission), Ok(None));
        assert_eq!(admission.try_acquire_after(look), Some(Err(Refusal::Full)));
        go(&admission);
        assert_eq!(admission.try_acquire_after(look), Some(Ok(())));
        go(&admission);
        admission.advance(Phase::Closing);
        assert_eq!(admission.try_acquire_after(look), None, "a drain came in between");
    });
}

#[test]
fn it_is_full_without_the_lock_only_where_a_call_would_be_refused() {
    model(|| {
        let (bounded, queued) = (admission(1, 0), admission(1, 1));
        for admission in [&bounded, &queued] {
            assert!(matches!(admission.look_at_gate(), Look::Free(_)));
            assert_eq!(call(admission), Ok(None));
        }
        assert_eq!(bounded.look_at_gate(), Look::Full);
        assert_eq!(queued.look_at_gate(), Look::Unknown, "one may wait");
        bounded.advance(Phase::Closing);
        assert_eq!(bounded.look_at_gate(), Look::Unknown, "a drain says more");
        assert_eq!(call(&bounded), Err(Refusal::Draining));
    });
}
