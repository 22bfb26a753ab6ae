//! A tracker runs as many calls as its bound says, queues as many as its queue says, in their order, and refuses the
//! rest.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use outlive::{CancelCause, Rejected, TaskError, TaskHandle, Tracker, detached};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

type Shared = Arc<Tracker>;

fn shared(running: usize, waiting: usize) -> Shared {
    Arc::new(Tracker::bounded("shared", running).queue(waiting))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// How many are inside at once.
#[derive(Default)]
struct Crowd {
    inside: AtomicUsize,
    most: AtomicUsize,
    visits: AtomicUsize,
}

impl Crowd {
    fn enter(&self) {
        let inside = self.inside.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(inside, SeqCst);
        self.visits.fetch_add(1, SeqCst);
    }

    fn leave(&self) {
        self.inside.fetch_sub(1, SeqCst);
    }
}

#[detached(timeout = "5s", track = tracker)]
async fn waits(tracker: Shared, time: Duration) {
    let _keep = tracker;
    sleep(time).await;
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_calls_get_through_64_at_a_time() {
    static AUDIT: Tracker = Tracker::bounded("audit", 64).queue(10_000);

    #[detached(timeout = "5s", track = AUDIT)]
    async fn visits(crowd: Arc<Crowd>) {
        crowd.enter();
        sleep(Duration::from_millis(1)).await;
        crowd.leave();
    }

    let crowd = Arc::new(Crowd::default());
    let calls: Vec<_> = (0..10_000).map(|_| visits(crowd.clone())).collect();
    let counts = calls[0].site().counts();
    assert_eq!((counts.live, counts.queued, counts.rejected), (64, 9_936, 0));
    assert_eq!(AUDIT.live(), 10_000);
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!((crowd.most.load(SeqCst), crowd.visits.load(SeqCst)), (64, 10_000));
    assert_eq!(AUDIT.live(), 0);
}

#[tokio::test(start_paused = true)]
async fn calls_start_in_the_order_in_which_they_were_made() {
    #[detached(timeout = "5s", track = tracker)]
    async fn notes(tracker: Shared, starts: Arc<Mutex<Vec<u64>>>, number: u64) {
        let _keep = tracker;
        starts.lock().unwrap().push(number);
        // Places are given back in another order than they were taken in.
        sleep(Duration::from_millis(number * 7 % 10)).await;
    }

    let tracker = shared(3, 100);
    let starts = Arc::default();
    let calls: Vec<_> = (0..100).map(|number| notes(tracker.clone(), Arc::clone(&starts), number)).collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(*starts.lock().unwrap(), (0..100).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_queued_call_starts_at_the_moment_a_place_is_free() {
    let tracker = shared(1, 2);
    let start = Instant::now();
    waits(tracker.clone(), seconds(3));
    waits(tracker.clone(), seconds(2));
    waits(tracker.clone(), seconds(1)).await.unwrap();
    assert_eq!(start.elapsed(), seconds(6));
}

#[tokio::test(start_paused = true)]
async fn a_call_beyond_the_queue_is_refused_as_full_and_its_arguments_are_let_go() {
    #[detached(timeout = "5s", track = tracker)]
    async fn counts(tracker: Shared, runs: Arc<AtomicUsize>) {
        let _keep = tracker;
        runs.fetch_add(1, SeqCst);
        sleep(seconds(1)).await;
    }

    let tracker = shared(1, 1);
    let runs = Arc::new(AtomicUsize::new(0));
    let running = counts(tracker.clone(), runs.clone());
    let queued = counts(tracker.clone(), runs.clone());

    assert_eq!(counts(tracker.clone(), runs.clone()).admitted().unwrap_err(), Rejected::Full);
    let error = counts(tracker.clone(), runs.clone()).await.unwrap_err();
    assert!(matches!(error, TaskError::Rejected(Rejected::Full)));
    assert_eq!(error.to_string(), "refused: the tracker is full");
    let refused = counts(tracker.clone(), runs.clone());
    assert!(refused.is_finished());
    assert_eq!(Arc::strong_count(&runs), 3, "only those who were let in hold their arguments");

    assert_eq!(tracker.live(), 2, "a refused call is not live");
    let seen = refused.site().counts();
    assert_eq!((seen.started, seen.live, seen.queued, seen.rejected), (1, 1, 1, 3));
    running.await.unwrap();
    queued.await.unwrap();
    let seen = refused.site().counts();
    assert_eq!((seen.started, seen.completed, seen.queued, seen.rejected), (2, 2, 0, 3));
    assert_eq!(runs.load(SeqCst), 2, "nothing of a refused call runs");
}

#[tokio::test(start_paused = true)]
async fn without_a_queue_nobody_waits() {
    static TWO: Tracker = Tracker::bounded("two", 2);

    #[detached(timeout = "5s", track = TWO)]
    async fn waits() {
        sleep(seconds(1)).await;
    }

    let calls = [waits(), waits()];
    assert_eq!(waits().admitted().unwrap_err(), Rejected::Full);
    for call in calls {
        call.await.unwrap();
    }
    assert!(waits().admitted().is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_place_is_free_as_soon_as_its_task_has_ended_however_it_ended() {
    #[detached(timeout = "5s", track = tracker)]
    async fn ends(tracker: Shared, how: &'static str) -> Result<(), &'static str> {
        let _keep = tracker;
        match how {
            "returns" => Ok(()),
            "fails" => Err("failed"),
            "panics" => panic!("panicked"),
            "panics later" => {
                sleep(seconds(1)).await;
                panic!("panicked")
            }
            _ => std::future::pending().await,
        }
    }

    let tracker = shared(1, 0);
    for how in ["returns", "fails", "panics", "panics later", "times out", "is aborted"] {
        let call = ends(tracker.clone(), how).admitted().expect("the place is free");
        let site = call.site();
        assert_eq!((site.counts().live, tracker.live()), (1, 1));
        assert_eq!(ends(tracker.clone(), how).admitted().unwrap_err(), Rejected::Full);
        if how == "is aborted" {
            call.abort(CancelCause::Requested);
        }
        match (how, call.await) {
            ("returns", Ok(Ok(())))
            | ("fails", Ok(Err("failed")))
            | ("panics" | "panics later", Err(TaskError::Panicked(_)))
            | ("times out", Err(TaskError::TimedOut { .. }))
            | ("is aborted", Err(TaskError::Cancelled(CancelCause::Requested))) => {}
            (_, other) => panic!("{how}: {other:?}"),
        }
        assert_eq!((site.counts().live, tracker.live()), (0, 0), "{how}");
    }
}

#[test]
fn places_and_queue_are_free_again_when_the_runtime_is_gone() {
    let tracker = shared(2, 2);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let first = runtime();
    let calls: Vec<_> = first.block_on(async { (0..4).map(|_| waits(tracker.clone(), seconds(1))).collect() });
    assert_eq!(tracker.live(), 4);
    drop(first);
    assert_eq!(tracker.live(), 0);
    runtime().block_on(async {
        for call in calls {
            assert!(matches!(call.await, Err(TaskError::Lost)));
        }
        let calls: Vec<_> = (0..4).map(|_| waits(tracker.clone(), seconds(1))).collect();
        for call in calls {
            call.await.unwrap();
        }
    });
}

#[tokio::test(start_paused = true)]
async fn an_unbounded_tracker_runs_everything_at_once() {
    static ALL: Tracker = Tracker::unbounded("all");

    #[detached(timeout = "5s", track = ALL)]
    async fn visits(crowd: Arc<Crowd>) {
        crowd.enter();
        sleep(seconds(1)).await;
        crowd.leave();
    }

    let crowd = Arc::new(Crowd::default());
    let calls: Vec<_> = (0..10_000).map(|_| visits(crowd.clone())).collect();
    assert_eq!((ALL.live(), calls[0].site().counts().queued), (10_000, 0));
    let start = Instant::now();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(crowd.most.load(SeqCst), 10_000);
    assert_eq!(start.elapsed(), seconds(1));
}

#[test]
#[should_panic(expected = "a tracker whose bound is 0 can run nothing: give it at least 1")]
fn a_bound_of_zero_is_refused() {
    let _ = Tracker::bounded("nothing", 0);
}

#[tokio::test(start_paused = true)]
async fn a_queued_call_that_its_handle_aborts_never_runs_and_lets_the_next_one_forward() {
    #[detached(timeout = "5s", track = tracker)]
    async fn runs(tracker: Shared, ran: Arc<AtomicUsize>, time: Duration) {
        let _keep = tracker;
        ran.fetch_add(1, SeqCst);
        sleep(time).await;
    }

    let (tracker, ran) = (shared(1, 2), Arc::new(AtomicUsize::new(0)));
    let start = Instant::now();
    let running = runs(tracker.clone(), ran.clone(), seconds(2));
    let aborted = runs(tracker.clone(), ran.clone(), seconds(1));
    let next = runs(tracker.clone(), ran.clone(), seconds(1));
    let site = aborted.site();
    aborted.abort(CancelCause::Requested);
    assert!(matches!(aborted.await, Err(TaskError::Cancelled(CancelCause::Requested))));
    assert_eq!(start.elapsed(), Duration::ZERO, "it does not wait for its turn");
    assert_eq!(tracker.live(), 2);
    let last = runs(tracker.clone(), ran.clone(), Duration::ZERO).admitted().expect("its place in the queue is free");
    running.await.unwrap();
    next.await.unwrap();
    assert_eq!(start.elapsed(), seconds(3));
    last.await.unwrap();
    assert_eq!(ran.load(SeqCst), 3);
    let counts = site.counts();
    assert_eq!((counts.started, counts.completed, counts.cancelled, counts.queued), (4, 3, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn queued_and_live_are_seen_at_every_moment() {
    #[detached(timeout = "5s", track = tracker)]
    async fn ends_on(tracker: Shared, signal: oneshot::Receiver<()>) {
        let _keep = tracker;
        let _ = signal.await;
    }

    let tracker = shared(2, 3);
    let (signals, calls): (Vec<_>, Vec<_>) = (0..5)
        .map(|_| {
            let (signal, waits) = oneshot::channel();
            (signal, ends_on(tracker.clone(), waits))
        })
        .unzip();
    let site = calls[0].site();
    let seen = || (site.counts().live, site.counts().queued, site.counts().completed, tracker.live());
    assert_eq!(seen(), (2, 3, 0, 5));
    let expected = [(2, 2, 1, 4), (2, 1, 2, 3), (2, 0, 3, 2), (1, 0, 4, 1), (0, 0, 5, 0)];
    for ((signal, call), expected) in signals.into_iter().zip(calls).zip(expected) {
        signal.send(()).unwrap();
        call.await.unwrap();
        // The next one has been woken, and has its turn.
        tokio::task::yield_now().await;
        assert_eq!(seen(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_wait_a_drain_has_ended_is_live_until_it_has_seen_that() {
    #[detached(timeout = "19s", track = tracker)]
    async fn hangs(tracker: Shared) {
        let _keep = tracker;
        std::future::pending::<()>().await;
    }

    let tracker = shared(1, 2);
    let calls: Vec<_> = (0..3).map(|_| hangs(tracker.clone())).collect();
    let mut drain = pin!(tracker.drain());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(drain.as_mut().poll(&mut cx).is_pending());
    sleep(seconds(19)).await;
    tokio::task::yield_now().await;
    assert_eq!(tracker.live(), 2);
    tokio::time::advance(seconds(1)).await;
    // The budget is over: it ends the queue, and drops what runs. Neither has been polled since.
    assert!(drain.as_mut().poll(&mut cx).is_pending());
    assert_eq!(tracker.live(), 2);
    let report = drain.await;
    assert_eq!((report.finished(), report.aborted(), report.never_started()), (1, 1, 1), "{report}");
    assert!(calls.iter().all(TaskHandle::is_finished));
}

#[test]
fn callers_on_many_threads_neither_break_the_bound_nor_find_a_place_taken_that_is_free() {
    const THREADS: usize = 4;
    static MANY: Tracker = Tracker::bounded("many", THREADS);

    #[detached(timeout = "5s", track = MANY)]
    async fn visits(crowd: Arc<Crowd>) {
        crowd.enter();
        tokio::task::yield_now().await;
        crowd.leave();
    }

    let crowd = Arc::new(Crowd::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (runtime, crowd) = (runtime.handle().clone(), crowd.clone());
            std::thread::spawn(move || {
                runtime.block_on(async {
                    for _ in 0..500 {
                        // As many places as callers, and each waits for its call: never full.
                        visits(crowd.clone()).admitted().expect("a place is free").await.unwrap();
                    }
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(crowd.most.load(SeqCst) <= THREADS);
    assert_eq!((crowd.visits.load(SeqCst), MANY.live()), (THREADS * 500, 0));
}

#[test]
fn a_queue_loses_nobody_when_many_threads_use_it() {
    static NARROW: Tracker = Tracker::bounded("narrow", 2).queue(10_000);

    #[detached(timeout = "5s", track = NARROW)]
    async fn visits(crowd: Arc<Crowd>) {
        crowd.enter();
        tokio::task::yield_now().await;
        crowd.leave();
    }

    let crowd = Arc::new(Crowd::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (runtime, crowd) = (runtime.handle().clone(), crowd.clone());
            std::thread::spawn(move || {
                let _entered = runtime.enter();
                (0..1_000).map(|_| visits(crowd.clone())).collect::<Vec<TaskHandle<()>>>()
            })
        })
        .collect();
    for thread in threads {
        for call in thread.join().unwrap() {
            runtime.block_on(call).unwrap();
        }
    }
    assert!(crowd.most.load(SeqCst) <= 2);
    assert_eq!((crowd.visits.load(SeqCst), NARROW.live()), (4_000, 0));
}
