//! With `blocking` a plain function runs on a thread, which nobody can stop: it is tracked until it has ended.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::{CancelCause, Context, Fate, Rejected, TaskError, Tracker, detached};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Instant, advance};

type Shared = Arc<Tracker>;

fn shared(running: usize, waiting: usize) -> Shared {
    Arc::new(Tracker::bounded("shared", running).queue(waiting))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Says that it has begun, and holds its thread until the sender of `release` is gone.
#[detached(timeout = "5s", track = tracker, blocking)]
fn holds(tracker: Shared, begun: Sender<&'static str>, release: Receiver<()>) -> &'static str {
    let _keep = tracker;
    begun.send("holds").unwrap();
    let _ = release.recv();
    "released"
}

/// Time stands still while a thread is at work, except where a test moves it.
fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).max_blocking_threads(1).build().unwrap()
}

#[tokio::test]
async fn a_call_gives_the_value_of_its_function_which_runs_on_a_thread_of_its_own() {
    static HASHES: Tracker = Tracker::bounded("hashes", 4);

    #[detached(timeout = "5s", track = HASHES, blocking)]
    fn hash(words: Vec<String>) -> (usize, std::thread::ThreadId) {
        (words.iter().map(String::len).sum(), std::thread::current().id())
    }

    let handle = hash(vec!["one".to_owned(), "two".to_owned()]);
    let site = handle.site();
    let (sum, thread) = handle.await.unwrap();
    assert_eq!(sum, 6);
    assert_ne!(thread, std::thread::current().id());
    assert_eq!((site.counts().started, site.counts().completed, site.counts().live), (1, 1, 0));
}

#[tokio::test]
async fn a_panic_is_caught_and_an_err_is_a_failure() {
    static CHECKS: Tracker = Tracker::bounded("checks", 4);

    #[detached(timeout = "5s", track = CHECKS, blocking)]
    fn checks(number: u32) -> Result<u32, String> {
        assert_ne!(number, 0, "zero is not checked");
        if number > 9 { Err(format!("{number} is too much")) } else { Ok(number) }
    }

    let handle = checks(1);
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), Ok(1));
    assert_eq!(checks(10).await.unwrap(), Err("10 is too much".to_owned()));
    match checks(0).await {
        Err(TaskError::Panicked(panic)) => assert!(panic.message().contains("zero is not checked")),
        other => panic!("{other:?}"),
    }
    let counts = site.counts();
    assert_eq!((counts.completed, counts.failed, counts.panicked, counts.live), (1, 1, 1, 0));
    assert!(CHECKS.drain().await.is_clean());
}

#[test]
fn the_timeout_ends_the_wait_and_not_the_thread_which_keeps_its_place() {
    let tracker = shared(1, 0);
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let start = Instant::now();
        let handle = holds(tracker.clone(), begun.clone(), released);
        tokio::task::yield_now().await;
        assert_eq!(begins.recv(), Ok("holds"));
        let (ended, ()) = tokio::join!(handle, advance(seconds(5)));
        assert!(matches!(ended, Err(TaskError::TimedOut { timeout, .. }) if timeout == seconds(5)));
        assert_eq!(start.elapsed(), seconds(5));
        assert_eq!(tracker.live(), 1);

        let (_release, released) = mpsc::channel();
        assert_eq!(holds(tracker.clone(), begun, released).admitted().unwrap_err(), Rejected::Full);
        let (report, ()) = tokio::join!(tracker.drain(), async { drop(release) });
        assert_eq!((report.finished(), tracker.live()), (1, 0), "{report}");
        assert!(report.is_clean(), "it ended by itself, while the tracker drained: {report}");
    });
}

#[test]
fn the_timeout_counts_from_the_call_also_where_no_thread_is_free() {
    let tracker = shared(2, 0);
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let running = holds(tracker.clone(), begun.clone(), released);
        tokio::task::yield_now().await;
        assert_eq!(begins.recv(), Ok("holds"));
        advance(seconds(2)).await;
        let start = Instant::now();
        let (never, released) = mpsc::channel();
        let waiting = holds(tracker.clone(), begun, released);
        let (ended, ()) = tokio::join!(waiting, async {
            advance(seconds(3)).await;
            advance(seconds(2)).await;
        });
        assert!(matches!(ended, Err(TaskError::TimedOut { .. })));
        assert_eq!(start.elapsed(), seconds(5));
        assert!(matches!(running.await, Err(TaskError::TimedOut { .. })));
        drop(release);
        assert!(tracker.drain().await.is_clean());
        assert!(never.send(()).is_err(), "its arguments have been let go");
        assert_eq!(begins.recv().ok(), None, "and it never runs");
    });
}

#[test]
fn an_abort_ends_the_wait_and_not_the_thread_which_keeps_its_place() {
    let tracker = shared(1, 0);
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let handle = holds(tracker.clone(), begun, released);
        tokio::task::yield_now().await;
        assert_eq!(begins.recv(), Ok("holds"));
        handle.abort(CancelCause::Requested);
        assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Requested))));
        assert_eq!(tracker.live(), 1);
        let (report, ()) = tokio::join!(tracker.drain(), async {
            assert!(release.send(()).is_ok(), "somebody still listens");
        });
        assert_eq!((report.aborted(), report.stuck(), tracker.live()), (1, 0, 0), "{report}");
    });
}

#[test]
fn a_call_that_is_aborted_before_a_thread_was_free_never_runs() {
    let tracker = shared(2, 0);
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let running = holds(tracker.clone(), begun.clone(), released);
        tokio::task::yield_now().await;
        assert_eq!(begins.recv(), Ok("holds"));
        let (never, released) = mpsc::channel();
        let waiting = holds(tracker.clone(), begun, released);
        tokio::task::yield_now().await;
        waiting.abort(CancelCause::Requested);
        assert!(matches!(waiting.await, Err(TaskError::Cancelled(CancelCause::Requested))));
        drop(release);
        assert_eq!(running.await.unwrap(), "released");
        assert_eq!(tracker.drain().await.stuck(), 0);
        assert!(never.send(()).is_err(), "its arguments have been let go");
        assert_eq!(begins.recv().ok(), None, "and it never runs");
    });
}

#[tokio::test]
async fn queued_calls_get_the_thread_one_after_another_in_their_order() {
    #[detached(timeout = "5s", track = tracker, blocking)]
    fn notes(tracker: Shared, notes: Arc<Mutex<Vec<String>>>, number: u32) {
        notes.lock().unwrap().push(format!("{number} begins"));
        std::thread::yield_now();
        notes.lock().unwrap().push(format!("{number} ends"));
        drop(tracker);
    }

    let (tracker, noted) = (shared(1, 9), Arc::default());
    let calls: Vec<_> = (0..10).map(|number| notes(tracker.clone(), Arc::clone(&noted), number)).collect();
    assert_eq!((tracker.live(), calls[0].site().counts().queued), (10, 9));
    for call in calls {
        call.await.unwrap();
    }
    let expected: Vec<_> = (0..10).flat_map(|n| [format!("{n} begins"), format!("{n} ends")]).collect();
    assert_eq!(*noted.lock().unwrap(), expected);
}

#[test]
fn a_queued_call_waits_for_the_thread_of_one_that_has_timed_out() {
    let tracker = shared(1, 1);
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let first = holds(tracker.clone(), begun.clone(), released);
        let (end, ended) = mpsc::channel();
        let second = holds(tracker.clone(), begun, ended);
        drop(end);
        tokio::task::yield_now().await;
        assert_eq!(begins.recv(), Ok("holds"));
        let (first, ()) = tokio::join!(first, advance(seconds(5)));
        assert!(matches!(first, Err(TaskError::TimedOut { .. })));
        // There are threads enough, and one place.
        tokio::task::yield_now().await;
        assert!(begins.try_recv().is_err());
        assert_eq!(tracker.live(), 2);
        drop(release);
        assert_eq!(second.await.unwrap(), "released");
        assert_eq!(begins.recv(), Ok("holds"));
    });
}

#[test]
fn a_drain_reports_a_thread_that_still_runs_as_stuck_and_goes_on() {
    static SHORT: Tracker<2> = Tracker::bounded("short", 1).drain_budget::<2>();

    #[detached(timeout = "2s", track = SHORT, blocking)]
    fn holds(begun: Sender<()>, release: Receiver<()>) {
        begun.send(()).unwrap();
        let _ = release.recv();
    }

    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let start = Instant::now();
        let handle = holds(begun, released);
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        let (report, ()) = tokio::join!(SHORT.drain(), async {
            advance(seconds(2)).await;
            // It looks in time: its second for those who do not yield counts from then.
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            advance(seconds(1)).await;
        });
        assert_eq!(start.elapsed(), seconds(3), "the budget, and a second for those who do not come to an await");
        assert!(matches!(handle.await, Err(TaskError::TimedOut { .. } | TaskError::Cancelled(CancelCause::Shutdown))));
        let [straggler] = report.stragglers() else { panic!("{report}") };
        assert_eq!((straggler.site().name(), straggler.fate()), ("holds", Fate::Stuck));
        assert_eq!((straggler.age(), SHORT.live()), (seconds(3), 1));
        drop(release);
    });
}

#[test]
fn a_drain_names_a_thread_that_has_outlived_its_call_by_its_whole_age() {
    static OUTLIVED: Tracker<2> = Tracker::bounded("outlived", 1).drain_budget::<2>();

    #[detached(timeout = "2s", track = OUTLIVED, blocking)]
    fn hangs(begun: Sender<()>, release: Receiver<()>) {
        begun.send(()).unwrap();
        let _ = release.recv();
    }

    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let handle = hangs(begun, released);
        let site = handle.site();
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        let (ended, ()) = tokio::join!(handle, advance(seconds(2)));
        assert!(matches!(ended, Err(TaskError::TimedOut { .. })));
        assert_eq!((site.counts().timed_out, site.counts().live, OUTLIVED.live()), (1, 0, 1));
        let (report, ()) = tokio::join!(OUTLIVED.drain(), async {
            advance(seconds(2)).await;
            // It looks in time: its second for those who do not yield counts from then.
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            advance(seconds(1)).await;
        });
        let [straggler] = report.stragglers() else { panic!("{report}") };
        assert_eq!((straggler.site().name(), straggler.fate()), ("hangs", Fate::Stuck));
        assert_eq!((straggler.age(), report.finished(), OUTLIVED.live()), (seconds(5), 0, 1), "{report}");
        drop(release);
    });
}

#[tokio::test]
async fn the_thread_has_the_callers_values_and_a_deadline() {
    #[derive(Clone, PartialEq, Debug)]
    struct RequestId(u32);

    static READS: Tracker = Tracker::bounded("reads", 1);

    #[detached(timeout = "5s", track = READS, blocking)]
    fn reads() -> (Option<RequestId>, bool, bool) {
        let context = Context::current();
        (context.get::<RequestId>().cloned(), context.deadline().is_some(), context.is_cancelled())
    }

    let request = Context::root().with(RequestId(7));
    let read = request.scope(async { reads().await.unwrap() }).await.unwrap();
    assert_eq!(read, (Some(RequestId(7)), true, false));
}

/// A function that listens to what it is told, and says what that was.
#[detached(timeout = "5s", track = tracker, blocking)]
fn listens(tracker: Shared, begun: Sender<()>, told: Sender<String>) {
    let _keep = tracker;
    let context = Context::current();
    begun.send(()).unwrap();
    let cause = Handle::current().block_on(context.cancelled());
    assert!(context.is_cancelled());
    told.send(cause.to_string()).unwrap();
}

#[test]
fn the_thread_is_told_of_its_timeout() {
    let (begun, begins) = mpsc::channel();
    let (told, hears) = mpsc::channel();
    one_thread().block_on(async {
        let (tracker, start) = (shared(1, 0), Instant::now());
        let handle = listens(tracker.clone(), begun, told);
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        let (ended, ()) = tokio::join!(handle, advance(seconds(5)));
        // It ends at the very moment of its timeout: which of the two is first is open.
        assert!(matches!(ended, Ok(()) | Err(TaskError::TimedOut { .. })));
        assert_eq!((hears.recv().unwrap().as_str(), start.elapsed()), ("timed out", seconds(5)));
        assert!(tracker.drain().await.is_clean());
    });
}

#[test]
fn the_thread_is_told_of_an_abort() {
    let (begun, begins) = mpsc::channel();
    let (told, hears) = mpsc::channel();
    one_thread().block_on(async {
        let tracker = shared(1, 0);
        let handle = listens(tracker.clone(), begun, told);
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        handle.abort(CancelCause::Requested);
        assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Requested))));
        assert_eq!(hears.recv().unwrap(), "on request");
    });
}

#[test]
fn the_thread_is_told_as_a_drain_begins_and_a_queued_one_as_it_begins_itself() {
    static EXPORTS: Tracker = Tracker::bounded("exports", 1).queue(1);

    #[detached(timeout = "15s", track = EXPORTS, blocking)]
    fn exports(begun: Sender<()>) -> String {
        begun.send(()).unwrap();
        Handle::current().block_on(Context::current().cancelled()).to_string()
    }

    let (begun, begins) = mpsc::channel();
    one_thread().block_on(async {
        let (running, queued) = (exports(begun.clone()), exports(begun));
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        let start = Instant::now();
        let (report, told) = tokio::join!(EXPORTS.drain(), async { (running.await.unwrap(), queued.await.unwrap()) });
        assert_eq!(
            (told.0.as_str(), told.1.as_str()),
            ("the tracker is shutting down", "the tracker is shutting down")
        );
        assert_eq!(
            (start.elapsed(), begins.try_iter().count()),
            (seconds(0), 1),
            "accepted work is begun all the same"
        );
        assert_eq!((report.finished(), report.is_clean()), (2, true), "they ended by themselves: {report}");
    });
}

#[test]
fn a_thread_that_does_not_look_has_its_whole_time_in_a_drain() {
    let tracker = shared(1, 0);
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let handle = holds(tracker.clone(), begun, released);
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        let (report, ()) = tokio::join!(tracker.drain(), async {
            advance(seconds(4)).await;
            drop(release);
            assert_eq!(handle.await.unwrap(), "released");
        });
        assert_eq!((report.finished(), report.took()), (1, seconds(4)), "{report}");
    });
}

#[test]
fn a_call_that_ended_before_the_pool_began_it_gives_its_place_back() {
    one_thread().block_on(async {
        let busy = shared(1, 0);
        let (begun, running) = mpsc::channel();
        let (release, gate) = mpsc::channel();
        let first = holds(busy.clone(), begun.clone(), gate);
        tokio::task::yield_now().await;
        assert_eq!(running.recv(), Ok("holds"));

        let tracker = shared(1, 0);
        let (_other, gate) = mpsc::channel();
        let never = holds(tracker.clone(), begun, gate);
        tokio::task::yield_now().await;
        never.abort(CancelCause::Requested);
        assert!(never.await.is_err());
        assert_eq!(tracker.live(), 0, "the pool never began it");
        assert!(tracker.drain().await.is_clean());
        assert!(running.try_recv().is_err());
        drop(release);
        assert!(first.await.is_ok());
    });
}

#[test]
fn a_call_that_ended_before_the_pool_began_it_leaves_nothing_of_its_context_in_the_pool() {
    one_thread().block_on(async {
        let (busy, tracker) = (shared(1, 0), shared(1, 0));
        let (begun, running) = mpsc::channel();
        let (release, gate) = mpsc::channel();
        let first = holds(busy.clone(), begun.clone(), gate);
        tokio::task::yield_now().await;
        assert_eq!(running.recv(), Ok("holds"));

        let value = Arc::new("of the request");
        let (_other, gate) = mpsc::channel();
        let request = Context::root().with(Arc::clone(&value));
        let [never] = request.scope(async { [holds(tracker.clone(), begun, gate)] }).await.unwrap();
        drop(request);
        tokio::task::yield_now().await;
        never.abort(CancelCause::Requested);
        assert!(never.await.is_err());
        assert!(tracker.drain().await.is_clean());
        assert_eq!(Arc::strong_count(&value), 1, "a drain that has returned has left nothing behind");
        drop(release);
        assert!(first.await.is_ok());
    });
}

#[tokio::test]
async fn a_thread_that_panics_after_its_time_is_reported_all_the_same() {
    #[detached(timeout = "5s", track = tracker, blocking)]
    fn panics_late(tracker: Shared, dispatch: tracing::Dispatch, begun: Sender<()>, release: Receiver<()>) {
        let guard = tracing::dispatcher::set_default(&dispatch);
        // The report comes after the function's end, on this thread.
        std::mem::forget(guard);
        begun.send(()).unwrap();
        let _ = release.recv();
        panic!("too late");
    }

    let trace = outlive_tests::Trace::record();
    let dispatch = tracing::dispatcher::get_default(Clone::clone);
    let tracker = shared(1, 0);
    let (begun, running) = mpsc::channel();
    let (release, gate) = mpsc::channel();
    let call = panics_late(tracker.clone(), dispatch, begun, gate);
    tokio::task::yield_now().await;
    running.recv().unwrap();
    call.abort(CancelCause::Requested);
    assert!(call.await.is_err());
    drop(release);
    assert_eq!(tracker.drain().await.stuck(), 0);
    let causes: Vec<_> = trace.reports().iter().map(|report| report.field("cause").to_owned()).collect();
    assert!(causes.contains(&"after its time was over: too late".to_owned()), "{causes:?}");
}
