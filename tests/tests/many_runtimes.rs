//! One function on many runtimes, one after another and side by side: each keeps its deadlines by the clock of the
//! runtime that it runs on.

#![allow(clippy::async_yields_async, reason = "a runtime is left, and its task's handle is what is left")]

use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use outlive::{Counts, TaskError, TaskHandle, TaskSite, Tracker, detached};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::yield_now;
use tokio::time::{Instant, advance, sleep};

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn is_timeout<T>(result: &Result<T, TaskError>) -> bool {
    matches!(result, Err(TaskError::TimedOut { .. }))
}

#[track_caller]
fn assert_adds_up(site: &TaskSite) -> Counts {
    let counts = site.counts();
    let ended = counts.completed + counts.failed + counts.timed_out + counts.panicked + counts.cancelled + counts.lost;
    assert_eq!(counts.started, ended + counts.live, "{counts:?}");
    counts
}

#[test]
fn hundreds_of_runtimes_one_after_another_each_with_a_clock_of_its_own() {
    static OWN: Tracker = Tracker::bounded("own", 3);

    #[detached(timeout = "5s", track = OWN)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "5s", grace = "500ms", track = OWN)]
    async fn is_told() {
        std::future::pending::<()>().await;
    }

    let mut sites = None;
    for round in 0..400_u64 {
        let runtime = paused();
        let left = runtime.block_on(async {
            // The clock of the one before was elsewhere: ahead, or behind.
            advance(seconds(round * 7_919 % 10_000)).await;
            let start = Instant::now();
            let (plain, graceful) = (hangs(), is_told());
            assert!(is_timeout(&plain.await));
            assert_eq!(start.elapsed(), seconds(5), "round {round}");
            assert!(is_timeout(&graceful.await));
            assert_eq!(start.elapsed(), millis(5_500), "round {round}");
            sites = Some((OWN.live(), hangs().site()));
            // Three are left behind, each with a deadline, or before it has one.
            let left = (hangs(), is_told());
            if round % 2 == 0 {
                sleep(seconds(1)).await;
            }
            left
        });
        drop(runtime);
        assert!(left.0.is_finished() && left.1.is_finished());
        assert_eq!(OWN.live(), 0, "round {round}");
    }
    let counts = assert_adds_up(sites.unwrap().1);
    assert_eq!((counts.timed_out, counts.lost, counts.live, counts.rejected), (400, 800, 0, 0));
}

#[test]
fn runtimes_that_take_turns_on_one_thread_keep_their_clocks_apart() {
    static OWN: Tracker = Tracker::unbounded("own");

    #[detached(timeout = "5s", track = OWN)]
    async fn hangs(lived: Arc<Mutex<Option<Duration>>>) {
        let _life = Life { called: Instant::now(), lived };
        std::future::pending::<()>().await;
    }

    let runtimes: Vec<_> = (0..8).map(|_| paused()).collect();
    let spans: Vec<_> = (0..8).map(|_| Arc::default()).collect();
    let mut handles = Vec::new();
    for (runtime, lived) in runtimes.iter().zip(&spans) {
        handles.push(runtime.block_on(async {
            let handle = hangs(Arc::clone(lived));
            yield_now().await;
            handle
        }));
    }
    // Each runtime's time goes by while the others' stands still, and in steps of another length.
    for round in 0..200_usize {
        let number = round * 5 % 8;
        runtimes[number].block_on(async {
            advance(millis(37 * number as u64 + 100)).await;
            for _ in 0..5 {
                yield_now().await;
            }
        });
    }
    for (number, ((runtime, handle), lived)) in runtimes.iter().zip(handles).zip(&spans).enumerate() {
        let ended_by_hand = handle.is_finished();
        assert!(is_timeout(&runtime.block_on(handle)));
        let (step, took) = (37 * number as u64 + 100, lived.lock().unwrap().unwrap());
        let expected = if ended_by_hand { 5_000_u64.div_ceil(step) * step } else { 5_000 };
        assert_eq!(took, millis(expected), "the runtime whose step was {step}");
    }
}

/// Notes how long it lived, by the clock it lived by.
struct Life {
    called: Instant,
    lived: Arc<Mutex<Option<Duration>>>,
}

impl Drop for Life {
    fn drop(&mut self) {
        *self.lived.lock().unwrap() = Some(self.called.elapsed());
    }
}

#[test]
fn two_threads_with_a_paused_runtime_each_do_not_feel_each_other() {
    static OWN: Tracker = Tracker::unbounded("own");

    #[detached(timeout = "5s", track = OWN)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        for number in 0..2_u64 {
            let barrier = &barrier;
            scope.spawn(move || {
                paused().block_on(async move {
                    barrier.wait();
                    for round in 0..2_000_u64 {
                        let start = Instant::now();
                        let first = hangs();
                        sleep(millis(round * (number + 3) % 5_000)).await;
                        let between = start.elapsed();
                        let second = hangs();
                        assert!(is_timeout(&first.await));
                        assert_eq!(start.elapsed(), seconds(5));
                        assert!(is_timeout(&second.await));
                        assert_eq!(start.elapsed(), seconds(5) + between);
                    }
                });
            });
        }
    });
    assert_eq!(OWN.live(), 0);
}

#[test]
fn eight_runtimes_of_all_kinds_side_by_side() {
    const CALLS: u64 = 60;
    static OWN: Tracker = Tracker::unbounded("own");

    #[detached(timeout = "30ms", track = OWN)]
    async fn hangs(called: Instant) -> Duration {
        sleep(seconds(1)).await;
        called.elapsed()
    }

    #[detached(timeout = "19s", track = OWN)]
    async fn hops(hops: u64) -> u64 {
        for _ in 0..hops {
            yield_now().await;
        }
        hops
    }

    async fn rounds(is_paused: bool) -> (&'static TaskSite, &'static TaskSite) {
        let start = Instant::now();
        let mut hanging = Vec::new();
        for number in 0..CALLS {
            // Not after the call: another worker may have begun it by then.
            let called = Instant::now();
            hanging.push((hangs(called), called));
            assert_eq!(hops(number).await.unwrap(), number);
            if is_paused {
                sleep(millis(number % 20)).await;
            }
        }
        let sites = (hanging[0].0.site(), hops(0).site());
        let last = hanging.len() - 1;
        for (number, (call, called)) in hanging.into_iter().enumerate() {
            assert!(is_timeout(&call.await));
            // Never early, by any clock; and by one that is paused, not late.
            assert!(called.elapsed() >= millis(30));
            assert!(!is_paused || number < last || called.elapsed() == millis(30), "{:?}", called.elapsed());
        }
        assert!(start.elapsed() >= millis(30));
        sites
    }

    let barrier = Barrier::new(8);
    let mut sites = Vec::new();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let barrier = &barrier;
                scope.spawn(move || {
                    let runtime = match number {
                        0..4 => paused(),
                        4 | 5 => Builder::new_current_thread().enable_all().build().unwrap(),
                        _ => Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap(),
                    };
                    barrier.wait();
                    runtime.block_on(rounds(number < 4))
                })
            })
            .collect();
        sites.extend(threads.into_iter().map(|thread| thread.join().unwrap()));
    });
    let (hangs, hops) = sites[0];
    assert_eq!(OWN.live(), 0);
    assert_eq!((assert_adds_up(hangs).timed_out, assert_adds_up(hangs).started), (8 * CALLS, 8 * CALLS));
    let hops = assert_adds_up(hops);
    // Whose handle was dropped at the end may be lost with its runtime.
    assert_eq!((hops.completed + hops.lost, hops.live), (8 * (CALLS + 1), 0));
    assert!(hops.lost <= 8);
}

static ACROSS: Tracker = Tracker::unbounded("across");

#[detached(timeout = "5s", track = ACROSS, on = runtime)]
async fn runs_there(runtime: Handle, lived: Arc<Mutex<Option<Duration>>>) {
    assert_eq!(runtime.id(), Handle::current().id());
    let _life = Life { called: Instant::now(), lived };
    std::future::pending::<()>().await;
}

#[test]
fn a_call_from_one_runtime_that_runs_on_another_keeps_its_deadline_by_the_clock_there() {
    // The caller's clock is behind, beside, and ahead of the other.
    for (here, there) in [(0, 0), (0, 100_000), (100_000, 0)] {
        let (caller, runner) = (paused(), paused());
        runner.block_on(async { advance(seconds(there)).await });
        let lived = Arc::default();
        let handle = caller.block_on(async {
            advance(seconds(here)).await;
            let handle = runs_there(runner.handle().clone(), Arc::clone(&lived));
            // Nobody drives the other one; the time here is none of its business.
            sleep(seconds(50)).await;
            handle
        });
        assert!(!handle.is_finished());
        runner.block_on(async {
            let start = Instant::now();
            assert!(is_timeout(&handle.await));
            assert_eq!(start.elapsed(), seconds(5));
        });
        assert_eq!(*lived.lock().unwrap(), Some(seconds(5)));
    }
}

#[test]
fn calls_to_and_fro_between_two_runtimes_keep_their_deadlines_by_the_clock_of_each() {
    let (one, other) = (paused(), paused());
    for round in 0..100_u64 {
        let (here, there) = if round % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let lives: [Arc<Mutex<Option<Duration>>>; 3] = std::array::from_fn(|_| Arc::default());
        let (own, across) = here.block_on(async {
            let own = runs_there(here.handle().clone(), Arc::clone(&lives[0]));
            let across = runs_there(there.handle().clone(), Arc::clone(&lives[1]));
            sleep(seconds(round % 5)).await;
            (own, across)
        });
        // From outside of any runtime, too.
        let outside = runs_there(there.handle().clone(), Arc::clone(&lives[2]));
        assert!(is_timeout(&there.block_on(outside)));
        assert!(is_timeout(&here.block_on(own)));
        assert!(is_timeout(&there.block_on(across)));
        assert_eq!(lives.map(|lived| lived.lock().unwrap().unwrap()), [seconds(5); 3], "round {round}");
    }
}

#[test]
fn a_handle_may_be_awaited_on_a_third_runtime() {
    let (runner, waiter) = (paused(), paused());
    let lived = Arc::default();
    let handle: TaskHandle<()> = runs_there(runner.handle().clone(), Arc::clone(&lived));
    let driver = thread::spawn(move || runner.block_on(async { sleep(seconds(60)).await }));
    assert!(is_timeout(&waiter.block_on(handle)));
    assert_eq!(*lived.lock().unwrap(), Some(seconds(5)));
    driver.join().unwrap();
}
