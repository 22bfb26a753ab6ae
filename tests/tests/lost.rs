//! A runtime that goes away takes tasks with it; none goes without being counted, named and let out of its tracker.

#![allow(clippy::async_yields_async, reason = "a runtime ends, and its task's handle is what is left")]

use std::sync::mpsc;
use std::time::Duration;

use outlive::{Counts, Rejected, TaskError, TaskHandle, TaskSite, Tracker, detached};
use outlive_tests::Trace;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::sleep;

fn single() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn several() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Awaits a handle where its task did not run.
fn elsewhere<T>(handle: TaskHandle<T>) -> Result<T, TaskError> {
    single().block_on(handle)
}

#[track_caller]
fn assert_adds_up(site: &TaskSite) -> Counts {
    let counts = site.counts();
    let ended = counts.completed + counts.failed + counts.timed_out + counts.panicked + counts.cancelled + counts.lost;
    assert_eq!(counts.started, ended + counts.live, "{counts:?}");
    counts
}

#[test]
fn tasks_that_run_wait_for_their_turn_or_were_never_polled_are_lost() {
    static OWN: Tracker = Tracker::bounded("own", 2).queue(3);

    #[detached(timeout = "5s", track = OWN)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    let trace = Trace::record();
    let runtime = single();
    let handles = runtime.block_on(async {
        let mut handles = vec![hangs(), hangs(), hangs(), hangs()];
        yield_now().await;
        handles.push(hangs());
        handles
    });
    let site = handles[0].site();
    assert_eq!((OWN.live(), site.counts().live, site.counts().queued), (5, 2, 3));
    assert!(trace.reports().is_empty());

    drop(runtime);
    assert_eq!(OWN.live(), 0);
    let counts = assert_adds_up(site);
    assert_eq!((counts.lost, counts.live, counts.queued, counts.rejected), (5, 0, 0, 0));
    let causes: Vec<_> = trace.reports().iter().map(|event| event.field("cause").to_owned()).collect();
    assert_eq!(causes, ["dropped together with its runtime"; 5]);
    for handle in handles {
        assert!(handle.is_finished());
        assert!(matches!(elsewhere(handle), Err(TaskError::Lost)));
    }
}

#[test]
fn a_task_that_was_spawned_and_never_polled_is_lost() {
    static OWN: Tracker = Tracker::bounded("own", 1);

    #[detached(timeout = "5s", track = OWN)]
    async fn never() {
        unreachable!("nobody polls it");
    }

    let runtime = single();
    let handle = runtime.block_on(async { never() });
    assert_eq!(OWN.live(), 1);
    drop(runtime);
    assert_eq!((OWN.live(), assert_adds_up(handle.site()).lost), (0, 1));
    assert!(matches!(elsewhere(handle), Err(TaskError::Lost)));
}

#[test]
fn a_runtime_of_several_threads_loses_none_without_counting() {
    static OWN: Tracker = Tracker::bounded("own", 8).queue(100);

    #[detached(timeout = "5s", track = OWN)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "5s", track = OWN)]
    async fn outside() {}

    let runtime = several();
    let handles: Vec<_> = runtime.block_on(async { (0..100).map(|_| hangs()).collect() });
    drop(runtime);
    assert_eq!((OWN.live(), assert_adds_up(handles[0].site()).lost), (0, 100));
    assert!(handles.into_iter().all(|handle| matches!(elsewhere(handle), Err(TaskError::Lost))));
    single().block_on(async { outside().await.expect("the tracker has its places back") });
}

#[test]
fn a_task_that_had_ended_is_not_lost() {
    static OWN: Tracker = Tracker::bounded("own", 1);

    #[detached(timeout = "5s", track = OWN)]
    async fn works() -> u8 {
        7
    }

    let runtime = single();
    let handle = runtime.block_on(async {
        let handle = works();
        yield_now().await;
        handle
    });
    drop(runtime);
    assert_eq!(assert_adds_up(handle.site()).lost, 0);
    assert_eq!(elsewhere(handle).unwrap(), 7, "and its value is kept");
}

#[test]
fn a_drain_on_another_runtime_goes_on_when_the_tasks_runtime_goes_away() {
    static OWN: Tracker = Tracker::bounded("own", 1).queue(1);

    #[detached(timeout = "5s", track = OWN)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    let first = single();
    first.block_on(async {
        hangs();
        hangs();
        yield_now().await;
    });
    let report = single().block_on(async {
        let drain = tokio::spawn(OWN.drain());
        yield_now().await;
        assert!(OWN.is_draining() && !drain.is_finished());
        // A runtime cannot be dropped in another one's task, only told.
        first.shutdown_background();
        drain.await.unwrap()
    });
    assert_eq!((report.finished(), report.aborted(), report.stuck()), (0, 2, 0), "{report}");
}

#[test]
fn a_place_that_a_lost_task_held_goes_to_one_that_waits_on_another_runtime() {
    static OWN: Tracker = Tracker::bounded("own", 1).queue(1);

    #[detached(timeout = "5s", track = OWN)]
    async fn holds() {
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "5s", track = OWN)]
    async fn follows() -> u8 {
        9
    }

    let first = single();
    first.block_on(async {
        holds();
        yield_now().await;
    });
    single().block_on(async {
        let handle = follows();
        yield_now().await;
        assert!(!handle.is_finished());
        first.shutdown_background();
        assert_eq!(handle.await.unwrap(), 9);
    });
}

#[test]
fn a_thread_whose_runtime_goes_away_stays_tracked_until_it_ends() {
    static OWN: Tracker = Tracker::bounded("own", 1);

    #[detached(timeout = "5s", track = OWN, blocking)]
    fn blocks(started: oneshot::Sender<()>, release: mpsc::Receiver<()>) {
        started.send(()).unwrap();
        let _ = release.recv();
    }

    let runtime = single();
    let (started, has_started) = oneshot::channel();
    let (release, released) = mpsc::channel();
    let handle = runtime.block_on(async {
        let handle = blocks(started, released);
        has_started.await.unwrap();
        handle
    });
    runtime.shutdown_background();
    let counts = assert_adds_up(handle.site());
    assert_eq!((counts.lost, OWN.live()), (1, 1), "the task is gone, its thread is not");
    assert!(matches!(elsewhere(handle), Err(TaskError::Lost)));
    drop(release);
    let report = single().block_on(OWN.drain());
    assert_eq!((report.stuck(), OWN.live()), (0, 0), "{report}");
}

// No runtime.

#[test]
fn a_call_outside_of_a_runtime_is_refused() {
    static OWN: Tracker = Tracker::bounded("own", 1);

    #[detached(timeout = "5s", track = OWN)]
    async fn works() {}

    #[detached(timeout = "5s", track = OWN, blocking)]
    fn blocks() {}

    let trace = Trace::record();
    assert!(matches!(works().admitted(), Err(Rejected::NoRuntime)));
    assert!(matches!(blocks().admitted(), Err(Rejected::NoRuntime)));
    assert!(trace.reports().is_empty());
    let handle = works();
    assert!(handle.is_finished());
    let site = handle.site();
    drop(handle);
    assert_eq!(
        trace.report().field("cause"),
        "called outside a tokio runtime: call it within one, as after `let _entered = handle.enter();`, or say `on = handle`"
    );
    assert!(matches!(elsewhere(works()), Err(TaskError::Rejected(Rejected::NoRuntime))));

    let counts = assert_adds_up(site);
    assert_eq!((counts.rejected, counts.started, OWN.live()), (3, 0, 0));
    assert!(single().block_on(async { works().await.is_ok() }), "it took no place");
}

/// Tokio has a task's id at hand there, and no runtime.
#[test]
fn a_value_that_calls_as_a_thread_without_a_runtime_drops_it_with_its_handle_is_refused() {
    static OWN: Tracker = Tracker::bounded("own", 2);

    #[detached(timeout = "5s", track = OWN)]
    async fn works() {}

    struct Calls(mpsc::Sender<Result<(), Rejected>>);

    impl Drop for Calls {
        fn drop(&mut self) {
            self.0.send(works().admitted().map(drop)).unwrap();
        }
    }

    #[detached(timeout = "5s", track = OWN)]
    async fn gives(answer: mpsc::Sender<Result<(), Rejected>>) -> Calls {
        Calls(answer)
    }

    let (answer, answers) = mpsc::channel();
    let runtime = single();
    let handle = runtime.block_on(async {
        let handle = gives(answer);
        while !handle.is_finished() {
            yield_now().await;
        }
        handle
    });
    drop(handle);
    assert_eq!(answers.try_recv().unwrap(), Err(Rejected::NoRuntime));
    assert_eq!(OWN.live(), 0);
}

#[test]
fn a_call_on_a_runtime_that_has_been_shut_down_is_lost() {
    static OWN: Tracker = Tracker::bounded("own", 1);

    #[detached(timeout = "5s", track = OWN, on = runtime)]
    async fn works(runtime: Handle) {
        drop(runtime);
    }

    #[detached(timeout = "5s", track = OWN, on = runtime, blocking)]
    fn blocks(runtime: Handle) {
        drop(runtime);
    }

    for runtime in [single(), several()] {
        let gone = runtime.handle().clone();
        drop(runtime);
        let handle = works(gone.clone());
        assert_eq!(OWN.live(), 0);
        assert_eq!(assert_adds_up(handle.site()).live, 0);
        assert!(matches!(elsewhere(handle), Err(TaskError::Lost)));
        let handle = blocks(gone);
        assert_eq!((OWN.live(), assert_adds_up(handle.site()).live), (0, 0));
        assert!(matches!(elsewhere(handle), Err(TaskError::Lost)));
    }
}

#[test]
fn a_call_outside_of_a_runtime_runs_on_the_one_it_names() {
    static OWN: Tracker = Tracker::bounded("own", 1);

    #[detached(timeout = "5s", track = OWN, on = runtime)]
    async fn works(runtime: Handle) -> bool {
        sleep(Duration::ZERO).await;
        runtime.id() == Handle::current().id()
    }

    let runtime = several();
    assert!(elsewhere(works(runtime.handle().clone())).unwrap());
}

#[test]
fn a_runtime_without_a_time_driver_gives_a_clear_error_at_the_first_wait() {
    static OWN: Tracker = Tracker::bounded("own", 1).queue(1);

    #[detached(timeout = "5s", track = OWN)]
    async fn waits() {
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "5s", track = OWN)]
    async fn never_waits() -> u8 {
        7
    }

    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (waits, after) = (waits(), never_waits());
        let site = waits.site();
        let Err(TaskError::Panicked(panic)) = waits.await else { panic!("it could not keep its timeout") };
        let message = panic.message();
        assert!(message.contains("time driver") && message.contains("enable_time()"), "{message}");
        assert_eq!(assert_adds_up(site).panicked, 1);
        assert_eq!(after.await.unwrap(), 7, "and what does not wait, works");
    });
    assert_eq!(OWN.live(), 0);
}

// Many runtimes, one tracker.

#[test]
fn runtimes_one_after_another_share_a_static_tracker() {
    static OWN: Tracker = Tracker::bounded("own", 2).queue(2);

    #[detached(timeout = "5s", track = OWN)]
    async fn works(hangs: bool) -> bool {
        yield_now().await;
        if hangs {
            std::future::pending::<()>().await;
        }
        hangs
    }

    let mut site = None;
    for round in 0..20 {
        let runtime = if round % 2 == 0 { single() } else { several() };
        let handle = runtime.block_on(async {
            assert!(!works(false).await.unwrap());
            works(true)
        });
        drop(runtime);
        assert_eq!(OWN.live(), 0, "round {round}");
        site = Some(handle.site());
    }
    let counts = assert_adds_up(site.unwrap());
    assert_eq!((counts.completed, counts.lost, counts.rejected), (20, 20, 0));
}

#[test]
fn runtimes_side_by_side_share_a_static_tracker() {
    const EACH: usize = 50;
    static OWN: Tracker = Tracker::bounded("own", 2).queue(4 * EACH);

    #[detached(timeout = "15s", track = OWN)]
    async fn works(id: usize) -> usize {
        yield_now().await;
        id
    }

    let runtimes: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(|| {
                single().block_on(async {
                    let handles: Vec<_> = (0..EACH).map(works).collect();
                    let site = handles[0].site();
                    for (id, handle) in handles.into_iter().enumerate() {
                        assert_eq!(handle.await.unwrap(), id);
                    }
                    site
                })
            })
        })
        .collect();
    let sites: Vec<_> = runtimes.into_iter().map(|runtime| runtime.join().unwrap()).collect();
    let counts = assert_adds_up(sites[0]);
    assert_eq!((counts.completed, counts.lost, OWN.live()), (4 * EACH as u64, 0, 0));
}
