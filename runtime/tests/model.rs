//! Every interleaving of a few threads over the roster: admission against drain, leaving against waiting, aborts.
//!
//! The roster is compiled anew against loom's primitives, so that the whole workspace need not be.

#![allow(dead_code, unreachable_pub, reason = "the roster is made for the crate, and only part of it is modelled")]

mod sync {
    pub(crate) use loom::sync::Mutex;
    pub(crate) use loom::sync::atomic::AtomicUsize;
}

mod error {
    /// Nothing modelled panics.
    pub(crate) fn quietly(work: impl FnOnce()) -> Option<Box<str>> {
        work();
        None
    }
}

#[path = "../src/admission/mod.rs"]
mod roster;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use loom::future::block_on;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use loom::thread;
use roster::{Book, Exit, Key, Kind, Last, Orders, Phase, Refusal, Request, Roster, Turn};

type Modelled = Roster<u8, &'static str, u32>;

/// All interleavings with up to three preemptions: what is wrong shows with two.
fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(check);
}

/// Loom's primitives are not const: the roster takes them ready-made.
fn roster(running: usize, waiting: usize) -> Arc<Modelled> {
    let words = [sync::AtomicUsize::new(0), sync::AtomicUsize::new(0), sync::AtomicUsize::new(0)];
    Arc::new(Roster::new((running, waiting), sync::Mutex::new(Book::new(running, waiting)), words))
}

fn outside() -> Request<u8> {
    Request { info: 0, grace: Duration::ZERO, kept: false, kind: Kind::Bounded }
}

fn light() -> Request<u8> {
    Request { kind: Kind::Light, ..outside() }
}

fn finish(roster: &Modelled, key: Key) {
    roster.leave(key, Some((Exit::Finished, Duration::ZERO)));
}

/// Makes a call as a task without an entry does: past the lock, where that can be.
fn call(roster: &Modelled) -> Result<Option<Key>, Refusal> {
    match roster.admit_calmly() {
        Some(admitted) => admitted.map(|()| None),
        None => roster.admit(light()).map(|admission| admission.key),
    }
}

fn go(roster: &Modelled) {
    roster.go(|| Some((0, Exit::Finished, Duration::ZERO)));
}

/// Waits as a drain does, for the last one to leave.
fn drained(roster: &Modelled) {
    block_on(poll_fn(|cx| if roster.is_empty(cx.waker()) { Poll::Ready(()) } else { Poll::Pending }));
}

/// Waits as a queued task does.
fn turn(roster: &Modelled, key: Key) -> Turn<&'static str> {
    block_on(poll_fn(|cx| match roster.turn(key, cx.waker()) {
        Turn::Wait => Poll::Pending,
        turn => Poll::Ready(turn),
    }))
}

#[test]
fn nothing_runs_once_a_drain_has_returned() {
    model(|| {
        let roster = roster(2, 0);
        let running = Arc::new(AtomicUsize::new(0));
        let calls: Vec<_> = (0..2)
            .map(|_| {
                let (roster, running) = (Arc::clone(&roster), Arc::clone(&running));
                thread::spawn(move || {
                    if let Ok(admission) = roster.admit(outside()) {
                        running.fetch_add(1, SeqCst);
                        running.fetch_sub(1, SeqCst);
                        finish(&roster, admission.key.unwrap());
                    }
                })
            })
            .collect();
        roster.advance(Phase::Closing);
        drained(&roster);
        assert_eq!(running.load(SeqCst), 0);
        assert_eq!(roster.live(), 0);
        assert!(matches!(roster.admit(outside()), Err(Refusal::Draining)));
        for call in calls {
            call.join().unwrap();
        }
        assert_eq!(roster.live(), 0);
    });
}

#[test]
fn a_full_tracker_is_full_of_live_tasks() {
    model(|| {
        let roster = roster(1, 0);
        let refused = Arc::new(AtomicUsize::new(0));
        let calls: Vec<_> = (0..2)
            .map(|_| {
                let (roster, refused) = (Arc::clone(&roster), Arc::clone(&refused));
                thread::spawn(move || match roster.admit(outside()) {
                    Ok(admission) => admission.key,
                    Err(refusal) => {
                        assert_eq!(refusal, Refusal::Full);
                        refused.fetch_add(1, SeqCst);
                        None
                    }
                })
            })
            .collect();
        assert!(roster.live() <= 1, "a refused call shows in the live count");
        let keys: Vec<_> = calls.into_iter().filter_map(|call| call.join().unwrap()).collect();
        assert_eq!((keys.len(), refused.load(SeqCst)), (1, 1));
    });
}

#[test]
fn a_queued_task_gets_its_turn_or_is_told_that_it_never_will() {
    model(|| {
        let roster = roster(1, 1);
        let first = roster.admit(outside()).unwrap();
        let second = roster.admit(outside()).unwrap();
        assert!(!first.queued && second.queued);
        let waiting = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || {
                let key = second.key.unwrap();
                let turn = turn(&roster, key);
                let exit = if turn == Turn::Go(Some(key)) { Exit::Finished } else { Exit::NeverStarted };
                roster.leave(key, Some((exit, Duration::ZERO)));
                turn
            })
        };
        roster.advance(Phase::Closing);
        let closing = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || {
                roster.advance(Phase::Told);
                drained(&roster);
                let sight = roster.sight();
                assert_eq!(sight.finished + sight.exits.len(), 2, "a drain has counted everybody");
            })
        };
        finish(&roster, first.key.unwrap());
        assert!(matches!(waiting.join().unwrap(), Turn::Go(_) | Turn::Flushed(_)));
        closing.join().unwrap();
    });
}

#[test]
fn a_task_that_begins_to_wait_does_not_miss_what_it_is_told() {
    model(|| {
        let roster = roster(1, 0);
        let key = roster.admit(outside()).unwrap().key.unwrap();
        roster.name(key, 7);
        let aborting = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || roster.abort(Some(key), 7, "asked"))
        };
        let telling = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || roster.advance(Phase::Dropped))
        };
        let (mut aborted, mut dropped, mut parked) = (false, false, false);
        block_on(poll_fn(|cx| {
            let orders = if parked { roster.orders(Some(key), || None) } else { Some(roster.park(key, cx.waker(), 1)) };
            parked = true;
            if let Some(Orders { phase, abort, .. }) = orders {
                aborted |= abort == Some("asked");
                dropped |= phase == Phase::Dropped;
            }
            if aborted && dropped { Poll::Ready(()) } else { Poll::Pending }
        }));
        aborting.join().unwrap();
        telling.join().unwrap();
        finish(&roster, key);
        assert_eq!(roster.live(), 0);
    });
}

#[test]
fn a_caller_that_stops_waiting_leaves_no_place_taken() {
    model(|| {
        let roster = roster(1, 0);
        let first = roster.admit(outside()).unwrap().key.unwrap();
        let impatient = roster.knock(outside());
        assert!(roster.knocked(impatient, Waker::noop()).is_none());
        let patient = roster.knock(outside());
        let leaving = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || finish(&roster, first))
        };
        let giving_up = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || roster.leave(impatient, None))
        };
        let admitted = block_on(poll_fn(|cx| match roster.knocked(patient, cx.waker()) {
            Some(place) => Poll::Ready(place),
            None => Poll::Pending,
        }));
        assert!(admitted.is_ok());
        leaving.join().unwrap();
        giving_up.join().unwrap();
        assert_eq!(roster.live(), 1);
        finish(&roster, patient);
        assert_eq!(roster.live(), 0);
    });
}

#[test]
fn a_place_held_twice_is_free_when_both_have_left() {
    model(|| {
        let roster = roster(1, 0);
        let key = roster.admit(outside()).unwrap().key.unwrap();
        roster.share(key);
        let thread_done = Arc::new(AtomicBool::new(false));
        let blocking = {
            let (roster, done) = (Arc::clone(&roster), Arc::clone(&thread_done));
            thread::spawn(move || {
                done.store(true, SeqCst);
                roster.leave(key, None);
            })
        };
        let timing_out = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || finish(&roster, key))
        };
        roster.advance(Phase::Closing);
        drained(&roster);
        assert!(thread_done.load(SeqCst));
        blocking.join().unwrap();
        timing_out.join().unwrap();
    });
}

/// What a worker does: it waits until it is told, and leaves.
fn work(roster: &Modelled, key: Key) {
    let mut parked = false;
    block_on(poll_fn(|cx| {
        let orders = if parked { roster.orders(Some(key), || None) } else { Some(roster.park(key, cx.waker(), 1)) };
        parked = true;
        match orders {
            Some(orders) if orders.orphaned || orders.phase != Phase::Open => Poll::Ready(()),
            _ => Poll::Pending,
        }
    }));
    finish(roster, key);
}

#[test]
fn a_loop_that_starts_while_the_last_owner_goes_is_told_or_refused() {
    model(|| {
        let roster = roster(2, 0);
        let starting = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || match roster.admit(Request { kind: Kind::Worker, ..outside() }) {
                Ok(admission) => work(&roster, admission.key.unwrap()),
                Err(refusal) => assert_eq!(refusal, Refusal::OwnerGone),
            })
        };
        roster.orphan();
        assert!(matches!(roster.admit(outside()), Err(Refusal::OwnerGone)));
        starting.join().unwrap();
        assert_eq!(roster.live(), 0);
    });
}

#[test]
fn a_last_owner_that_goes_during_a_drain_loses_nobody() {
    model(|| {
        let roster = roster(2, 0);
        let bounded = roster.admit(outside()).unwrap().key.unwrap();
        let worker = roster.admit(Request { kind: Kind::Worker, ..outside() }).unwrap().key.unwrap();
        let dropping = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || roster.orphan())
        };
        let working = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || {
                work(&roster, worker);
                finish(&roster, bounded);
            })
        };
        roster.advance(Phase::Closing);
        drained(&roster);
        dropping.join().unwrap();
        working.join().unwrap();
        assert_eq!(roster.live(), 0);
    });
}

#[test]
fn a_light_task_that_comes_while_a_drain_begins_is_waited_for_or_refused() {
    model(|| {
        let roster = roster(2, 0);
        let running = Arc::new(AtomicUsize::new(0));
        let calls: Vec<_> = (0..2)
            .map(|_| {
                let (roster, running) = (Arc::clone(&roster), Arc::clone(&running));
                thread::spawn(move || match call(&roster) {
                    Ok(_) => {
                        running.fetch_add(1, SeqCst);
                        running.fetch_sub(1, SeqCst);
                        go(&roster);
                    }
                    Err(refusal) => assert_eq!(refusal, Refusal::Draining),
                })
            })
            .collect();
        roster.advance(Phase::Closing);
        drained(&roster);
        assert_eq!(running.load(SeqCst), 0);
        assert!(matches!(call(&roster), Err(Refusal::Draining)));
        for call in calls {
            call.join().unwrap();
        }
        assert_eq!(roster.live(), 0);
    });
}

#[test]
fn light_tasks_and_others_keep_to_one_bound_and_none_is_refused_in_vain() {
    model(|| {
        let roster = roster(1, 0);
        let entered = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || match roster.admit(outside()) {
                Ok(admission) => {
                    assert_eq!(roster.live(), 1);
                    finish(&roster, admission.key.unwrap());
                    true
                }
                Err(_) => false,
            })
        };
        let counted = call(&roster).is_ok();
        assert!(roster.live() <= 1, "a refused call shows in the live count");
        if counted {
            go(&roster);
        }
        assert!(entered.join().unwrap() || counted, "both were refused, and one place was free");
        assert_eq!(roster.live(), 0);
        assert!(call(&roster).is_ok());
    });
}

#[test]
fn a_light_task_that_leaves_gives_its_place_to_the_one_that_waits() {
    model(|| {
        let roster = roster(1, 1);
        assert_eq!(call(&roster), Ok(None));
        let waiting = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || {
                if let Some(key) = call(&roster).unwrap() {
                    assert_eq!(turn(&roster, key), Turn::Go(None));
                }
                go(&roster);
            })
        };
        go(&roster);
        waiting.join().unwrap();
        assert_eq!(roster.live(), 0);
        assert_eq!(call(&roster), Ok(None));
    });
}

#[test]
fn an_abort_finds_a_light_task_in_its_section_or_keeps_it_from_beginning_one() {
    model(|| {
        const ID: u32 = 7;
        let roster = roster(1, 0);
        call(&roster).unwrap();
        let aborting = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || roster.abort(None, ID, "asked"))
        };
        let mut entered = None;
        let told = block_on(poll_fn(|cx| {
            let inside = *entered.get_or_insert_with(|| roster.shield(ID));
            if !inside {
                return Poll::Ready(None);
            }
            roster.wait_shielded(ID, cx.waker());
            match roster.orders(None, || Some(ID)) {
                Some(Orders { abort: Some(cause), .. }) => Poll::Ready(Some(cause)),
                _ => Poll::Pending,
            }
        }));
        let is_to_be_dropped = aborting.join().unwrap();
        // Dropped by its handle, or told: one of the two, and never in the section's middle.
        assert_eq!((told, is_to_be_dropped), if entered == Some(true) { (Some("asked"), false) } else { (None, true) });
        if entered == Some(true) {
            roster.unshield(ID);
        }
        assert_eq!(roster.last(|| Some(ID)), Last { abort: Some("asked"), unwatched: false });
        go(&roster);
        assert_eq!(roster.cause(|| Some(ID)), Some("asked"), "its handle finds why");
        assert!(!roster.is_noted());
    });
}

#[test]
fn nothing_stays_noted_of_a_light_task_whose_handle_goes_as_it_ends() {
    model(|| {
        const ID: u32 = 7;
        let roster = roster(1, 0);
        call(&roster).unwrap();
        let handle = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || {
                roster.abort(None, ID, "asked");
                roster.unwatch(None, ID, true);
            })
        };
        let last = roster.last(|| Some(ID));
        go(&roster);
        handle.join().unwrap();
        // The result is dropped by whoever is last, after both.
        let left = roster.cause(|| Some(ID));
        assert!(!roster.is_noted());
        assert!(!(last.unwatched && left.is_some()), "struck out once");
    });
}

#[test]
fn nothing_stays_noted_of_a_light_task_that_is_dropped_while_its_handle_goes() {
    model(|| {
        const ID: u32 = 7;
        let roster = roster(1, 0);
        call(&roster).unwrap();
        let handle = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || roster.unwatch(None, ID, true))
        };
        // Its destructors run in between.
        let last = roster.last(|| Some(ID));
        go(&roster);
        if !last.unwatched {
            roster.bury(ID, true);
        }
        handle.join().unwrap();
        assert!(!roster.is_noted());
    });
}

#[test]
fn nothing_stays_noted_of_a_light_task_that_is_dropped_as_it_was_asked_and_whose_handle_goes() {
    model(|| {
        const ID: u32 = 7;
        let roster = roster(1, 0);
        call(&roster).unwrap();
        assert!(roster.abort(None, ID, "asked"));
        let handle = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || roster.unwatch(None, ID, true))
        };
        let last = roster.last(|| Some(ID));
        assert_eq!(last.abort, Some("asked"));
        go(&roster);
        if !last.unwatched {
            roster.bury(ID, true);
        }
        handle.join().unwrap();
        assert!(!roster.is_noted());
    });
}

#[test]
fn a_section_that_outlives_its_task_counts_for_nothing() {
    model(|| {
        const ID: u32 = 7;
        let roster = roster(1, 0);
        call(&roster).unwrap();
        assert!(roster.shield(ID));
        let aborting = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || roster.abort(None, ID, "asked"))
        };
        let last = roster.last(|| Some(ID));
        roster.unshield(ID);
        go(&roster);
        roster.bury(ID, true);
        let is_to_be_dropped = aborting.join().unwrap();
        assert!(is_to_be_dropped || last.abort == Some("asked"));
        let _ = roster.cause(|| Some(ID));
        assert!(!roster.is_noted());
        assert!(roster.orders(None, || Some(ID)).is_none(), "an order stays");
    });
}

#[test]
fn nobody_looks_any_more_for_the_order_of_a_task_that_has_left_without_seeing_it() {
    model(|| {
        let roster = roster(1, 0);
        let key = roster.admit(outside()).unwrap().key.unwrap();
        roster.name(key, 7);
        let aborting = {
            let roster = Arc::clone(&roster);
            thread::spawn(move || roster.abort(Some(key), 7, "asked"))
        };
        finish(&roster, key);
        aborting.join().unwrap();
        let _ = roster.cause(|| Some(7));
        assert!(roster.orders(None, || None).is_none(), "an order stays");
    });
}
