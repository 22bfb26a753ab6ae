//! Calls from many threads at once: the bound holds at every moment, a free place is never refused, everybody is either
//! run or refused, and none slips past a drain. Beside `bound_and_queue.rs`: here with more callers than places, with
//! aborts, with callers that wait, and with a drain.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use outlive::{CancelCause, Counts, Rejected, TaskError, TaskHandle, TaskSite, Tracker, detached};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::sleep;

const THREADS: usize = 4;

type Shared = Arc<Tracker>;

fn two_workers() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// How many bodies are inside at once, as they see it themselves.
#[derive(Default)]
struct Crowd {
    inside: AtomicUsize,
    most: AtomicUsize,
    visits: AtomicUsize,
}

/// One of them, until its body is dropped.
struct Visit(Arc<Crowd>);

impl Visit {
    fn new(crowd: &Arc<Crowd>) -> Self {
        let inside = crowd.inside.fetch_add(1, SeqCst) + 1;
        crowd.most.fetch_max(inside, SeqCst);
        crowd.visits.fetch_add(1, SeqCst);
        Self(Arc::clone(crowd))
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, SeqCst);
    }
}

/// Some never wait, some wait for nothing, some for a clock.
async fn stays(crowd: &Arc<Crowd>, number: usize) {
    let _visit = Visit::new(crowd);
    match number % 4 {
        0 => {}
        1 => yield_now().await,
        2 => {
            for _ in 0..5 {
                yield_now().await;
            }
        }
        _ => sleep(Duration::from_micros(100)).await,
    }
}

#[detached(timeout = "15s", track = tracker)]
async fn visits(tracker: Shared, crowd: Arc<Crowd>, number: usize) {
    stays(&crowd, number).await;
    drop(tracker);
}

#[track_caller]
fn assert_adds_up(site: &TaskSite) -> Counts {
    let counts = site.counts();
    let ended = counts.completed + counts.failed + counts.timed_out + counts.panicked + counts.cancelled + counts.lost;
    assert_eq!(counts.started, ended + counts.live, "{counts:?}");
    counts
}

/// On each of some threads.
fn everywhere<R: Send>(work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                let (work, barrier) = (&work, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    work(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn with_more_callers_than_places_and_with_or_without_a_queue_each_call_runs_or_is_refused() {
    const CALLS: usize = 1_000;

    #[detached(timeout = "15s", track = tracker, name = "each runs or is refused")]
    async fn visits(tracker: Shared, crowd: Arc<Crowd>, number: usize) {
        stays(&crowd, number).await;
        drop(tracker);
    }

    let runtime = two_workers();
    let site = outlive::sites().find(|site| site.name() == "each runs or is refused").unwrap();
    let mut before = Counts::default();
    for (bound, queue) in [(1, 0), (2, 0), (3, 0), (64, 0), (1, 1), (2, 7), (3, 100), (2, THREADS * CALLS)] {
        let (tracker, crowd) = (Arc::new(Tracker::bounded("narrow", bound).queue(queue)), Arc::new(Crowd::default()));
        let stop = AtomicBool::new(false);
        let (mut ran, mut refused, mut cancelled) = (0, 0, 0);
        thread::scope(|scope| {
            // Somebody who looks on sees nobody who is not there.
            let watcher = scope.spawn(|| {
                let mut most = 0;
                while !stop.load(SeqCst) {
                    most = most.max(tracker.live());
                }
                most
            });
            let results = everywhere(|thread| {
                let _entered = runtime.enter();
                let mut calls = Vec::new();
                for number in 0..CALLS {
                    let handle = visits(tracker.clone(), crowd.clone(), number);
                    if number % 7 == thread {
                        handle.abort(CancelCause::Requested);
                    }
                    calls.push(handle);
                    if number % 50 == 0 {
                        thread::yield_now();
                    }
                }
                calls.into_iter().map(|call| runtime.block_on(call)).collect::<Vec<_>>()
            });
            for result in results.into_iter().flatten() {
                match result {
                    Ok(()) => ran += 1,
                    Err(TaskError::Rejected(Rejected::Full)) => refused += 1,
                    Err(TaskError::Cancelled(CancelCause::Requested)) => cancelled += 1,
                    Err(other) => panic!("{other}"),
                }
            }
            stop.store(true, SeqCst);
            let most = watcher.join().unwrap();
            assert!(most <= bound + queue, "{most} were live where {bound} may run and {queue} wait");
        });
        assert!(crowd.most.load(SeqCst) <= bound, "{} were inside of {bound}", crowd.most.load(SeqCst));
        assert_eq!((crowd.inside.load(SeqCst), tracker.live()), (0, 0));
        assert_eq!(ran + refused + cancelled, (THREADS * CALLS) as u64);
        assert!(queue < THREADS * CALLS || refused == 0, "there was a place for everybody");
        assert!(ran >= 1 && crowd.visits.load(SeqCst) as u64 >= ran);
        let counts = assert_adds_up(site);
        let since = |count: fn(&Counts) -> u64| count(&counts) - count(&before);
        assert_eq!(since(|counts| counts.completed), ran);
        assert_eq!(since(|counts| counts.rejected), refused);
        assert_eq!(since(|counts| counts.cancelled), cancelled);
        assert_eq!((counts.live, counts.queued), (0, 0));
        before = counts;
    }
}

#[test]
fn a_caller_who_has_seen_its_task_end_finds_the_place_free() {
    static SHARED: Tracker = Tracker::bounded("shared", THREADS);

    #[detached(timeout = "15s", track = SHARED)]
    async fn shares(crowd: Arc<Crowd>, number: usize) {
        stays(&crowd, number).await;
    }

    let (runtime, crowd) = (two_workers(), Arc::new(Crowd::default()));
    everywhere(|_| {
        let _entered = runtime.enter();
        let (own, alone) = (Arc::new(Tracker::bounded("own", 1)), Arc::new(Crowd::default()));
        for number in 0..2_000 {
            // One place, and nobody else who takes it; as many places as callers, all of whom take them.
            for handle in [
                visits(own.clone(), alone.clone(), number).admitted().expect("the place is free"),
                shares(crowd.clone(), number).admitted().expect("a place is free"),
            ] {
                match number % 3 {
                    0 => runtime.block_on(handle).unwrap(),
                    1 => {
                        while !handle.is_finished() {
                            thread::yield_now();
                        }
                    }
                    _ => {
                        handle.abort(CancelCause::Requested);
                        let ended = runtime.block_on(handle);
                        assert!(matches!(ended, Ok(()) | Err(TaskError::Cancelled(CancelCause::Requested))));
                    }
                }
            }
            assert_eq!((own.live(), alone.inside.load(SeqCst)), (0, 0));
        }
        assert_eq!(alone.most.load(SeqCst), 1);
    });
    assert!(crowd.most.load(SeqCst) <= THREADS);
    assert_eq!(SHARED.live(), 0);
}

#[test]
fn as_many_are_let_in_as_there_are_places_not_one_less_and_not_one_more() {
    const EACH: usize = 16;

    #[detached(timeout = "15s", track = tracker)]
    async fn stays_until(tracker: Shared, mut gate: watch::Receiver<bool>) {
        gate.wait_for(|open| *open).await.unwrap();
        drop(tracker);
    }

    let runtime = two_workers();
    for queue in [0, 5] {
        let tracker = Arc::new(Tracker::bounded("sixty-four", THREADS * EACH).queue(queue));
        for round in 0..60 {
            let (open, gate) = watch::channel(false);
            // Every other round, the places are just enough; and else, each thread has one caller too many.
            let extra = round % 2;
            let calls: Vec<TaskHandle<()>> = everywhere(|_| {
                let _entered = runtime.enter();
                (0..EACH + extra * (1 + queue)).map(|_| stays_until(tracker.clone(), gate.clone())).collect::<Vec<_>>()
            })
            .into_iter()
            .flatten()
            .collect();
            let all = THREADS * (EACH + extra * (1 + queue));
            let (mut refused, mut running) = (0, Vec::new());
            for call in calls {
                match call.admitted() {
                    Ok(handle) => running.push(handle),
                    Err(rejected) => {
                        assert_eq!(rejected, Rejected::Full);
                        refused += 1;
                    }
                }
            }
            assert_eq!(running.len(), all.min(THREADS * EACH + queue), "round {round}");
            assert_eq!((running.len() + refused, tracker.live()), (all, running.len()), "round {round}");
            match round % 3 {
                0 => open.send(true).unwrap(),
                1 => running.iter().for_each(|handle| handle.abort(CancelCause::Requested)),
                _ => {
                    let threads: Vec<_> = running.chunks(EACH).collect();
                    thread::scope(|scope| {
                        for some in threads {
                            scope.spawn(|| some.iter().for_each(|handle| handle.abort(CancelCause::Requested)));
                        }
                    });
                }
            }
            for handle in running {
                let ended = runtime.block_on(handle);
                assert!(matches!(ended, Ok(()) | Err(TaskError::Cancelled(CancelCause::Requested))), "{ended:?}");
            }
            assert_eq!(tracker.live(), 0, "round {round}");
        }
    }
}

#[test]
fn callers_who_wait_for_a_place_and_callers_who_do_not_share_the_bound() {
    const CALLS: usize = 500;

    #[detached(timeout = "15s", track = tracker, when_full = wait)]
    async fn waits(tracker: Shared, crowd: Arc<Crowd>, number: usize) {
        stays(&crowd, number).await;
        drop(tracker);
    }

    let runtime = two_workers();
    for (bound, queue) in [(1, 0), (2, 0), (2, 3), (64, 0)] {
        let (tracker, crowd) = (Arc::new(Tracker::bounded("shared", bound).queue(queue)), Arc::new(Crowd::default()));
        let ran: usize = everywhere(|thread| {
            runtime.block_on(async {
                let mut ran = 0;
                for number in 0..CALLS {
                    let (tracker, crowd) = (tracker.clone(), crowd.clone());
                    if thread < THREADS / 2 {
                        // Now and then it goes away, perhaps after its turn has come.
                        if number % 5 == 0 {
                            let asked = tokio::time::timeout(Duration::from_micros(50), waits(tracker, crowd, number));
                            if let Ok(handle) = asked.await {
                                handle.await.unwrap();
                                ran += 1;
                            }
                        } else {
                            waits(tracker, crowd, number).await.await.unwrap();
                            ran += 1;
                        }
                    } else if let Ok(handle) = visits(tracker, crowd, number).admitted() {
                        handle.await.unwrap();
                        ran += 1;
                    }
                }
                ran
            })
        })
        .into_iter()
        .sum();
        assert!(crowd.most.load(SeqCst) <= bound, "{} were inside of {bound}", crowd.most.load(SeqCst));
        assert_eq!((crowd.visits.load(SeqCst), crowd.inside.load(SeqCst), tracker.live()), (ran, 0, 0));
        assert!(ran >= THREADS / 2 * (CALLS - CALLS.div_ceil(5)), "whoever goes on waiting gets a place");
    }
}

#[test]
fn a_drain_lets_nobody_slip_past_and_loses_nobody_whom_it_let_in() {
    let runtime = two_workers();
    let mut seen = [false; 3];
    for round in 0..200_usize {
        let (bound, queue) = [(usize::MAX, 0), (2, 0), (2, 50), (3, 30)][round % 4];
        let tracker = Tracker::bounded("drains", bound);
        // An unbounded tracker refuses a queue.
        let tracker = Arc::new(if bound == usize::MAX { tracker } else { tracker.queue(queue) });
        let (crowd, refused) = (Arc::new(Crowd::default()), AtomicUsize::new(0));
        let drained = AtomicBool::new(false);
        let (admitted, report) = thread::scope(|scope| {
            let drain = scope.spawn(|| {
                while crowd.visits.load(SeqCst) < round % 60 {
                    thread::yield_now();
                }
                let report = runtime.block_on(tracker.drain());
                // Nothing runs, nothing is to come: from this moment on, and not only at the end.
                drained.store(true, SeqCst);
                (report, crowd.inside.load(SeqCst), crowd.visits.load(SeqCst), tracker.live())
            });
            let calls = everywhere(|thread| {
                let _entered = runtime.enter();
                let mut admitted = Vec::new();
                for number in 0.. {
                    let drained = drained.load(SeqCst);
                    match visits(tracker.clone(), crowd.clone(), number + thread).admitted() {
                        Ok(handle) => {
                            assert!(!drained, "let in after the drain had returned");
                            admitted.push(handle);
                        }
                        Err(Rejected::Full) => assert!(!drained, "refused for another reason than the drain"),
                        Err(Rejected::Draining) => {
                            refused.fetch_add(1, SeqCst);
                            if drained {
                                break;
                            }
                            thread::yield_now();
                        }
                        Err(other) => panic!("{other}"),
                    }
                    if number % 8 == 0 {
                        thread::yield_now();
                    }
                }
                admitted
            });
            let (report, inside, visits, live) = drain.join().unwrap();
            assert_eq!((inside, live), (0, 0), "{report}");
            assert_eq!(crowd.visits.load(SeqCst), visits, "somebody ran after the drain had returned");
            (calls.into_iter().flatten().collect::<Vec<_>>(), report)
        });
        // Accepted work is kept: within the budget, all of it.
        assert!(report.is_clean(), "{report}");
        assert!(report.finished() <= admitted.len() && report.refused() <= refused.load(SeqCst));
        assert_eq!(crowd.visits.load(SeqCst), admitted.len());
        seen[0] |= report.finished() > 0;
        seen[1] |= report.finished() < admitted.len();
        seen[2] |= report.refused() > 0;
        for handle in admitted {
            runtime.block_on(handle).unwrap();
        }
        assert!(crowd.most.load(SeqCst) <= bound);
    }
    assert_eq!(seen, [true; 3], "the races were none");
}

#[test]
fn counters_that_are_read_while_many_threads_call_are_never_out_of_this_world() {
    const CALLS: usize = 3_000;
    static OWN: Tracker = Tracker::bounded("own", 8).queue(8);

    #[detached(timeout = "15s", track = OWN, name = "counters that are read")]
    async fn counted(crowd: Arc<Crowd>, number: usize) -> Result<(), ()> {
        stays(&crowd, number).await;
        if number % 5 == 0 { Err(()) } else { Ok(()) }
    }

    let site = outlive::sites().find(|site| site.name() == "counters that are read").unwrap();
    let (runtime, crowd, stop) = (two_workers(), Arc::new(Crowd::default()), AtomicBool::new(false));
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let all = (THREADS * CALLS) as u64;
            let mut last = Counts::default();
            while !stop.load(SeqCst) {
                let now = assert_adds_up(site);
                // What has been counted stays counted.
                assert!(now.completed >= last.completed && now.failed >= last.failed, "{last:?}, then {now:?}");
                assert!(now.started >= last.started && now.rejected >= last.rejected, "{last:?}, then {now:?}");
                assert!(now.started <= all && now.rejected <= all && now.queued <= all, "{now:?}");
                last = now;
                assert!(OWN.live() <= 16);
            }
        });
        let admitted: u64 = everywhere(|_| {
            let _entered = runtime.enter();
            let calls: Vec<_> =
                (0..CALLS).filter_map(|number| counted(crowd.clone(), number).admitted().ok()).collect();
            calls.into_iter().map(|call| u64::from(runtime.block_on(call).is_ok())).sum::<u64>()
        })
        .into_iter()
        .sum();
        stop.store(true, SeqCst);
        watcher.join().unwrap();
        let counts = assert_adds_up(site);
        assert_eq!((counts.started, counts.completed + counts.failed), (admitted, admitted));
        assert_eq!((counts.live, counts.queued, counts.started + counts.rejected), (0, 0, (THREADS * CALLS) as u64));
    });
}
