//! A runtime that goes away takes its tasks along, at whatever point they are, and leaves nothing that would disturb the
//! next one. Beside `lost.rs`, which says what becomes of each task: here the function is used again, with its deadlines.

#![allow(clippy::async_yields_async, reason = "a runtime ends, and its task's handle is what is left")]

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use outlive::{
    CancelCause, Counts, Reason, Rejected, TaskError, TaskHandle, TaskSite, Tracker, Unfinished, detached, worker,
};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::yield_now;
use tokio::time::{Instant, advance, sleep};

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

fn two_workers() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Awaits a handle where its task did not run.
fn elsewhere<T>(handle: TaskHandle<T>) -> Result<T, TaskError> {
    Builder::new_current_thread().build().unwrap().block_on(handle)
}

fn is_lost<T>(handle: TaskHandle<T>) -> bool {
    matches!(elsewhere(handle), Err(TaskError::Lost))
}

#[track_caller]
fn assert_adds_up(site: &TaskSite) -> Counts {
    let counts = site.counts();
    let ended = counts.completed + counts.failed + counts.timed_out + counts.panicked + counts.cancelled + counts.lost;
    assert_eq!(counts.started, ended + counts.live, "{counts:?}");
    counts
}

#[test]
fn whatever_a_runtime_leaves_undone_the_next_one_begins_with_all_places_and_exact_deadlines() {
    static OWN: Tracker = Tracker::bounded("own", 4).queue(4);

    #[detached(timeout = "5s", track = OWN)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "5s", grace = "1s", track = OWN)]
    async fn is_told() {
        std::future::pending::<()>().await;
    }

    let mut sites = None;
    for round in 0..100_u64 {
        let runtime = paused();
        let left: Vec<_> = runtime.block_on(async {
            let start = Instant::now();
            let running = [hangs(), is_told(), hangs(), is_told()];
            sites = Some((running[0].site(), running[1].site()));
            let queued = [hangs(), is_told()];
            for call in running {
                assert!(matches!(call.await, Err(TaskError::TimedOut { .. })));
            }
            assert_eq!(start.elapsed(), seconds(6));
            for call in queued {
                assert!(matches!(call.await, Err(TaskError::TimedOut { .. })));
            }
            // The first place was free after 5 s, the second also: the one that is told takes a second more.
            assert_eq!(start.elapsed(), seconds(11));
            let mut left = vec![hangs(), is_told()];
            match round % 4 {
                0 => {}
                // They wait, and have deadlines.
                1 => yield_now().await,
                // One has been told, and its grace runs.
                2 => sleep(Duration::from_millis(5_500)).await,
                // Their deadlines have passed, and nobody has looked.
                _ => {
                    yield_now().await;
                    let mut advancing = pin!(advance(seconds(60)));
                    poll_fn(|cx| Poll::Ready(advancing.as_mut().poll(cx).is_ready())).await;
                }
            }
            left.extend([hangs(), is_told(), hangs(), is_told(), hangs(), is_told()]);
            left
        });
        let live = OWN.live();
        assert!((6..=8).contains(&live), "round {round}: {live}");
        drop(runtime);
        assert_eq!(OWN.live(), 0, "round {round}");
        let ended = left.into_iter().map(elsewhere).filter(|ended| !matches!(ended, Err(TaskError::Lost))).count();
        assert_eq!(ended, 8 - live);
    }
    let (plain, graceful) = sites.unwrap();
    let counts = [assert_adds_up(plain), assert_adds_up(graceful)];
    let sum = |count: fn(&Counts) -> u64| counts.iter().map(count).sum::<u64>();
    assert_eq!(sum(|counts| counts.lost) + sum(|counts| counts.timed_out), 1_400);
    assert_eq!(sum(|counts| counts.live + counts.queued + counts.rejected + counts.completed), 0);
}

#[test]
fn a_runtime_dropped_by_another_thread_does_not_disturb_the_calls_elsewhere() {
    const LOST: usize = 100;
    static OWN: Tracker = Tracker::bounded("own", LOST + 4);

    #[detached(timeout = "5s", track = OWN)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    let (stop, timed_out) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut lost = 0;
    let mut site = None;
    thread::scope(|scope| {
        let (stop, timed_out) = (&stop, &timed_out);
        let callers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(move || {
                    paused().block_on(async {
                        while !stop.load(SeqCst) {
                            let start = Instant::now();
                            for call in [hangs(), hangs()] {
                                let ended = call.await;
                                assert!(matches!(ended, Err(TaskError::TimedOut { .. })), "{ended:?}");
                                assert_eq!(start.elapsed(), seconds(5));
                                timed_out.fetch_add(1, SeqCst);
                            }
                        }
                    });
                })
            })
            .collect();
        for round in 0..60 {
            let runtime = if round % 2 == 0 { paused() } else { two_workers() };
            let calls: Vec<_> = runtime.block_on(async {
                let calls = (0..LOST).map(|_| hangs()).collect();
                if round % 3 != 0 {
                    yield_now().await;
                }
                calls
            });
            let dropped = thread::spawn(move || match round % 5 {
                0 => runtime.shutdown_background(),
                1 => runtime.shutdown_timeout(seconds(5)),
                _ => drop(runtime),
            });
            dropped.join().unwrap();
            site = Some(calls[0].site());
            lost += calls.into_iter().map(is_lost).filter(|lost| *lost).count();
            assert!(OWN.live() <= 4);
        }
        stop.store(true, SeqCst);
        for caller in callers {
            caller.join().expect("it met all its deadlines");
        }
    });
    let counts = assert_adds_up(site.unwrap());
    assert_eq!((lost, OWN.live(), counts.lost, counts.rejected), (60 * LOST, 0, 60 * LOST as u64, 0));
    assert_eq!(counts.timed_out, timed_out.load(SeqCst) as u64);
}

#[test]
fn calls_made_to_a_runtime_while_another_thread_drops_it_end_or_are_lost() {
    static OWN: Tracker = Tracker::bounded("own", 8).queue(8);

    #[detached(timeout = "5s", track = OWN, on = runtime)]
    async fn works(runtime: Handle, waits: bool) {
        drop(runtime);
        if waits {
            std::future::pending::<()>().await;
        }
    }

    let (mut ended, mut lost, mut refused) = (0, 0, 0);
    let mut site = None;
    for round in 0..60 {
        let runtime = if round % 2 == 0 { two_workers() } else { paused() };
        let (handle, (begun, begins)) = (runtime.handle().clone(), mpsc::channel());
        let caller = thread::spawn(move || {
            let mut calls = Vec::new();
            for number in 0..200 {
                calls.push(works(handle.clone(), number % 3 == 0));
                if number == round {
                    begun.send(()).unwrap();
                }
            }
            calls
        });
        begins.recv().unwrap();
        drop(runtime);
        for call in caller.join().unwrap() {
            site = Some(call.site());
            match elsewhere(call) {
                Ok(()) => ended += 1,
                Err(TaskError::Lost) => lost += 1,
                Err(TaskError::Rejected(Rejected::Full)) => refused += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(OWN.live(), 0, "round {round}");
    }
    let counts = assert_adds_up(site.unwrap());
    assert_eq!((counts.completed, counts.lost, counts.rejected), (ended, lost, refused));
    assert_eq!((counts.live, counts.queued, ended + lost + refused), (0, 0, 60 * 200));
}

#[test]
fn a_destructor_that_calls_its_function_again_while_its_runtime_goes_down_does_not_disturb_it() {
    static OWN: Tracker = Tracker::bounded("own", 64).queue(64);

    struct CallsAgain {
        runtime: Handle,
        calls: Arc<Mutex<Vec<TaskHandle<()>>>>,
    }

    impl Drop for CallsAgain {
        fn drop(&mut self) {
            let call = hangs(self.runtime.clone(), None);
            self.calls.lock().unwrap().push(call);
        }
    }

    #[detached(timeout = "5s", track = OWN, on = runtime)]
    async fn hangs(runtime: Handle, last: Option<CallsAgain>) {
        drop(runtime);
        std::future::pending::<()>().await;
        drop(last);
    }

    for runtime in [paused(), two_workers()] {
        let calls = Arc::default();
        let handle = runtime.handle().clone();
        let mut all: Vec<_> = runtime.block_on(async {
            let again = || CallsAgain { runtime: handle.clone(), calls: Arc::clone(&calls) };
            let calls: Vec<_> = (0..40).map(|_| hangs(handle.clone(), Some(again()))).collect();
            yield_now().await;
            calls
        });
        drop(runtime);
        all.append(&mut calls.lock().unwrap());
        assert_eq!(all.len(), 80);
        let counts = all[0].site().counts();
        assert!(all.into_iter().all(is_lost));
        assert_eq!((OWN.live(), counts.live, counts.queued), (0, 0, 0));
    }
    paused().block_on(async {
        let start = Instant::now();
        let calls: Vec<_> = (0..64).map(|_| hangs(Handle::current(), None).admitted().unwrap()).collect();
        for call in calls {
            assert!(matches!(call.await, Err(TaskError::TimedOut { .. })));
        }
        assert_eq!(start.elapsed(), seconds(5));
    });
}

#[test]
fn an_abort_after_the_runtime_has_gone_changes_nothing_and_reaches_nobody_else() {
    static OWN: Tracker = Tracker::bounded("own", 4);

    #[detached(timeout = "5s", track = OWN)]
    async fn answers(waits: bool) -> u32 {
        if waits {
            sleep(seconds(4)).await;
        }
        42
    }

    let runtime = paused();
    let lost = runtime.block_on(async {
        let lost = [answers(true), answers(true), answers(false)];
        yield_now().await;
        lost
    });
    drop(runtime);
    paused().block_on(async {
        let next = [answers(true), answers(false), answers(true), answers(true)];
        for lost in &lost {
            lost.abort(CancelCause::Requested);
        }
        yield_now().await;
        for lost in &lost {
            lost.abort(CancelCause::Requested);
        }
        for next in next {
            assert_eq!(next.await.unwrap(), 42);
        }
        let [first, second, ended] = lost;
        assert!(matches!((first.await, second.await), (Err(TaskError::Lost), Err(TaskError::Lost))));
        assert_eq!(ended.await.unwrap(), 42);
    });
}

#[test]
fn a_runtime_that_goes_with_its_threads_last_destructors_leaves_no_place_taken_and_no_hook_out() {
    static SPILLED: AtomicUsize = AtomicUsize::new(0);

    #[worker(track = tracker)]
    async fn works(tracker: Arc<Tracker>) {
        drop(tracker);
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "5s", track = tracker, unfinished = spill)]
    async fn writes(tracker: Arc<Tracker>) {
        drop(tracker);
        std::future::pending::<()>().await;
    }

    fn spill(call: Unfinished<(Arc<Tracker>,)>) {
        let (_, reason) = call.into_parts();
        assert!(matches!(reason, Reason::Lost));
        SPILLED.fetch_add(1, SeqCst);
    }

    thread_local! {
        static HELD: RefCell<Option<Runtime>> = const { RefCell::new(None) };
    }

    let tracker = Arc::new(Tracker::bounded("own", 2));
    let shared = Arc::clone(&tracker);
    let thread = thread::spawn(move || {
        // Before tokio's own, and so dropped after those: its clock has gone by then.
        HELD.with(|_| ());
        let runtime = paused();
        runtime.block_on(async {
            drop((works(Arc::clone(&shared)), writes(shared)));
            yield_now().await;
        });
        HELD.set(Some(runtime));
    });
    thread.join().unwrap();
    assert_eq!((tracker.live(), SPILLED.load(SeqCst)), (0, 1));
}
