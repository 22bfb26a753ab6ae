//! A grace is whole however late its task is cancelled: it counts from then, and only the drain's end cuts it short.

use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::time::Duration;

use outlive::{
    CancelCause, Context, Fate, OwnedTracker, TaskError, TaskHandle, TaskOwner, Tracker, detach, detached, owned_tasks,
    periodic, shield, worker,
};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::{Instant, advance, sleep};

type Shared<const SECS: u64 = 20> = Arc<Tracker<SECS>>;

fn shared(running: usize, waiting: usize) -> Shared {
    Arc::new(Tracker::bounded("shared", running).queue(waiting))
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Lets everybody come to an await, while no time passes.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

/// Waits until it is cancelled, and then takes its time to roll back. Says why and when it was cancelled.
async fn rolls_back(takes: Duration) -> (CancelCause, Instant) {
    let cause = Context::current().cancelled().await;
    let at = Instant::now();
    sleep(takes).await;
    (cause, at)
}

/// Says when it was dropped.
struct Dropped(Option<oneshot::Sender<Instant>>);

impl Dropped {
    fn new() -> (Self, oneshot::Receiver<Instant>) {
        let (at, when) = oneshot::channel();
        (Self(Some(at)), when)
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.take().unwrap().send(Instant::now());
    }
}

static STATIC: Tracker = Tracker::unbounded("static");

#[detached(timeout = "1s", grace = "2s", track = STATIC)]
async fn in_a_static(takes: Duration) -> (CancelCause, Instant) {
    rolls_back(takes).await
}

#[detached(timeout = "1s", grace = "2s", track = tracker)]
async fn in_a_shared(tracker: Shared, takes: Duration) -> (CancelCause, Instant) {
    let _keep = tracker;
    rolls_back(takes).await
}

#[detached(timeout = wanted, max_timeout = "10s", grace = "2s", track = STATIC)]
async fn with_a_timeout_of_its_own(wanted: Duration, takes: Duration) -> (CancelCause, Instant) {
    assert_eq!(wanted, seconds(1));
    rolls_back(takes).await
}

#[detached(timeout = "1s", grace = "2s", track = STATIC)]
async fn in_a_section(takes: Duration) -> (CancelCause, Instant) {
    shield(rolls_back(takes)).await
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Service {
    #[detached(timeout = "1s", grace = "2s")]
    async fn in_a_service(&self, takes: Duration) -> (CancelCause, Instant) {
        rolls_back(takes).await
    }
}

/// How a call is made, whose timeout is 1 s and whose grace is 2 s.
type Calls = fn(Duration) -> TaskHandle<(CancelCause, Instant)>;

/// Each goes another way through its tracker.
const ALL: [(&str, Calls); 7] = [
    ("in a static", |takes| in_a_static(takes)),
    ("in a shared one", |takes| in_a_shared(shared(8, 0), takes)),
    ("with a queue", |takes| in_a_shared(shared(1, 8), takes)),
    ("with a timeout of its own", |takes| with_a_timeout_of_its_own(seconds(1), takes)),
    ("in a section", |takes| in_a_section(takes)),
    ("in a service", |takes| Service { tasks: OwnedTracker::bounded("service", 8) }.in_a_service(takes)),
    ("a future", |takes| detach!(timeout = "1s", grace = "2s", track = STATIC, rolls_back(takes))),
];

#[tokio::test(start_paused = true)]
async fn a_task_that_is_cancelled_long_after_its_deadline_has_time_to_roll_back() {
    for (name, call) in ALL {
        let start = Instant::now();
        let handle = call(millis(100));
        settle().await;
        advance(seconds(10)).await;
        let ended = handle.await;
        let Ok((cause, at)) = ended else { panic!("{name}: {ended:?}") };
        assert!(matches!(cause, CancelCause::Timeout), "{name}: {cause:?}");
        assert_eq!((at - start, start.elapsed()), (seconds(10), millis(10_100)), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_dropped_at_exactly_the_end_of_its_grace() {
    for (name, call) in ALL {
        // The second is late by less than the grace, the third by nothing.
        for late in [millis(9_000), millis(1_500), millis(0)] {
            let start = Instant::now();
            let handle = call(seconds(60));
            settle().await;
            advance(seconds(1) + late).await;
            let error = handle.await.unwrap_err();
            assert!(matches!(error, TaskError::TimedOut { .. }), "{name}: {error:?}");
            let shown = error.to_string();
            assert!(shown.starts_with("timed out after 1s and a grace of 2s: `"), "{name}: {shown}");
            assert_eq!(start.elapsed(), seconds(3) + late, "{name}, late by {late:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_roll_back_that_takes_the_whole_grace_counts_and_one_that_takes_more_does_not() {
    for (name, call) in ALL {
        for (takes, is_done) in [(millis(2_000), true), (millis(2_001), false)] {
            let handle = call(takes);
            settle().await;
            advance(seconds(10)).await;
            assert_eq!(handle.await.is_ok(), is_done, "{name}: {takes:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_queued_has_its_grace_too() {
    let tracker = shared(1, 1);
    let first = in_a_shared(tracker.clone(), millis(500));
    let queued = in_a_shared(tracker.clone(), millis(500));
    settle().await;
    advance(seconds(7)).await;
    assert!(first.await.is_ok());
    settle().await;
    advance(seconds(7)).await;
    let start = Instant::now();
    let ended = queued.await;
    assert!(matches!(ended, Ok((CancelCause::Timeout, _))), "{ended:?}");
    assert_eq!(start.elapsed(), millis(500));
}

/// Time passes while its thread is busy with this.
async fn is_busy(time: Duration) {
    let mut passes = pin!(advance(time));
    poll_fn(|cx| {
        let _ = passes.as_mut().poll(cx);
        Poll::Ready(())
    })
    .await;
}

/// Comes back behind those that are ready now.
async fn comes_back() {
    let mut is_first = true;
    poll_fn(|cx| {
        if mem::take(&mut is_first) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

/// Takes time of the thread that all of them share when it is cancelled, and rolls back in a few polls more.
async fn hangs_on_its_store(rolled_back: Arc<AtomicUsize>) {
    Context::current().cancelled().await;
    is_busy(Duration::from_micros(200)).await;
    for _ in 0..3 {
        comes_back().await;
    }
    rolled_back.fetch_add(1, SeqCst);
}

#[detached(timeout = "1s", grace = "2s", track = STATIC)]
async fn one_of_many(rolled_back: Arc<AtomicUsize>) {
    hangs_on_its_store(rolled_back).await;
}

#[detached(timeout = "1s", grace = "2s", track = tracker)]
async fn one_of_many_in(tracker: Shared, rolled_back: Arc<AtomicUsize>) {
    let _keep = tracker;
    hangs_on_its_store(rolled_back).await;
}

#[tokio::test(start_paused = true)]
async fn of_many_whose_store_hangs_at_once_the_last_has_its_grace_as_the_first_has() {
    // They have one thread, which takes 4 s to cancel them all.
    const MANY: usize = 20_000;
    let tracker = Arc::new(Tracker::unbounded("many"));
    let kinds: [&dyn Fn(Arc<AtomicUsize>) -> TaskHandle<()>; 2] =
        [&|rolled_back| one_of_many(rolled_back), &|rolled_back| one_of_many_in(tracker.clone(), rolled_back)];
    for call in kinds {
        let rolled_back = Arc::default();
        let handles: Vec<_> = (0..MANY).map(|_| call(Arc::clone(&rolled_back))).collect();
        let mut cut = 0;
        for handle in handles {
            cut += usize::from(handle.await.is_err());
        }
        assert_eq!((cut, rolled_back.load(SeqCst)), (0, MANY));
    }
}

/// Rolls back in as many polls, and in no time.
async fn rolls_back_in_polls() -> &'static str {
    Context::current().cancelled().await;
    settle().await;
    "rolled back"
}

#[detached(timeout = "200ms", grace = "1s", track = STATIC)]
async fn on_a_real_clock(waits: mpsc::Sender<()>) -> &'static str {
    waits.send(()).unwrap();
    rolls_back_in_polls().await
}

/// Blocks its thread until the deadlines and the graces of those that wait have passed. Gives when it began.
fn block_past_the_grace() -> std::time::Instant {
    let began = std::time::Instant::now();
    let until = began + millis(1_400);
    while let Some(left) = until.checked_duration_since(std::time::Instant::now()) {
        std::thread::sleep(left + millis(1));
    }
    began
}

/// Whether the threads were blocked before any deadline, so that nobody was cancelled before. A busy machine may be late for that.
fn was_in_time(called: std::time::Instant, blocked: std::time::Instant) -> bool {
    blocked < called + millis(200)
}

#[test]
fn a_thread_that_is_blocked_past_the_deadline_does_not_take_the_grace() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let in_time = || {
        runtime.block_on(async {
            let (waits, is_waiting) = mpsc::channel();
            let called = std::time::Instant::now();
            let handles: Vec<_> = (0..16).map(|_| on_a_real_clock(waits.clone())).collect();
            let mut waiting = 0;
            while waiting < 16 {
                settle().await;
                waiting += is_waiting.try_iter().count();
            }
            if !was_in_time(called, block_past_the_grace()) {
                return false;
            }
            for handle in handles {
                assert_eq!(handle.await.unwrap(), "rolled back");
            }
            true
        })
    };
    while !in_time() {}
}

#[test]
fn nor_do_two_workers_that_are_blocked_both() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let in_time = || {
        let called = std::time::Instant::now();
        let handles: Vec<_> = runtime.block_on(async {
            let (waits, is_waiting) = mpsc::channel();
            let handles = (0..16).map(|_| on_a_real_clock(waits.clone())).collect();
            // They run on the workers, not here.
            (0..16).for_each(|_| is_waiting.recv().unwrap());
            handles
        });
        let blocked: Vec<_> = (0..2).map(|_| runtime.spawn(async { block_past_the_grace() })).collect();
        runtime.block_on(async {
            let mut in_time = true;
            for worker in blocked {
                in_time &= was_in_time(called, worker.await.unwrap());
            }
            if in_time {
                for handle in handles {
                    assert_eq!(handle.await.unwrap(), "rolled back");
                }
            }
            in_time
        })
    };
    while !in_time() {}
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_drain_cuts_the_grace_short() {
    #[detached(timeout = "1s", grace = "2s", track = tracker)]
    async fn ignores(tracker: Shared<4>) {
        let _keep = tracker;
        std::future::pending::<()>().await;
    }

    let tracker = Arc::new(Tracker::bounded("four", 8).drain_budget::<4>());
    let start = Instant::now();
    let handles: Vec<_> = (0..3).map(|_| ignores(tracker.clone())).collect();
    let drain = tokio::spawn({
        let tracker = tracker.clone();
        async move { tracker.drain().await }
    });
    settle().await;
    // Cancelled at 3 s, they would have until 5 s.
    advance(seconds(3)).await;
    let report = drain.await.unwrap();
    assert_eq!(start.elapsed(), seconds(4));
    assert_eq!((report.finished(), report.aborted(), report.stuck()), (0, 3, 0), "{report}");
    for handle in handles {
        let ended = handle.await;
        assert!(matches!(ended, Err(TaskError::Cancelled(CancelCause::Shutdown))), "{ended:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_cancelled_late_while_a_drain_has_cancelled_all_has_the_whole_of_its_grace() {
    #[detached(timeout = "2s", grace = "7s", track = tracker)]
    async fn has_the_longest_grace(tracker: Shared<10>) {
        let _keep = tracker;
        Context::current().cancelled().await;
    }

    #[detached(timeout = "1s", grace = "2s", track = tracker)]
    async fn has_a_short_one(tracker: Shared<10>) -> CancelCause {
        let _keep = tracker;
        rolls_back(millis(100)).await.0
    }

    let tracker = Arc::new(Tracker::bounded("ten", 8).drain_budget::<10>());
    // The drain cancels everybody at 3 s: late, and later than the deadline of the short one.
    let (long, short) = (has_the_longest_grace(tracker.clone()), has_a_short_one(tracker.clone()));
    let drain = tokio::spawn({
        let tracker = tracker.clone();
        async move { tracker.drain().await }
    });
    settle().await;
    let start = Instant::now();
    advance(seconds(6)).await;
    let ended = short.await;
    assert!(matches!(ended, Ok(CancelCause::Timeout | CancelCause::Shutdown)), "{ended:?}");
    assert_eq!(start.elapsed(), millis(6_100));
    assert!(long.await.is_ok());
    let report = drain.await.unwrap();
    assert_eq!((report.aborted(), report.stuck()), (0, 0), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_section_whose_abort_is_heard_late_has_the_whole_of_its_grace() {
    let start = Instant::now();
    let handle = in_a_section(seconds(60));
    settle().await;
    handle.abort(CancelCause::Requested);
    advance(seconds(10)).await;
    let ended = handle.await;
    assert!(matches!(ended, Err(TaskError::Cancelled(CancelCause::Requested))), "{ended:?}");
    assert_eq!(start.elapsed(), seconds(12));
}

#[tokio::test(start_paused = true)]
async fn an_abort_within_a_late_grace_makes_it_neither_longer_nor_shorter_for_a_section() {
    let start = Instant::now();
    let handle = in_a_section(seconds(60));
    settle().await;
    advance(seconds(10)).await;
    settle().await;
    advance(seconds(1)).await;
    handle.abort(CancelCause::Requested);
    let ended = handle.await;
    assert!(matches!(ended, Err(TaskError::Cancelled(CancelCause::Requested))), "{ended:?}");
    assert_eq!(start.elapsed(), seconds(12));
}

#[tokio::test(start_paused = true)]
async fn a_run_of_a_loop_has_its_grace_and_is_dropped_at_exactly_its_end() {
    static RUNS: Tracker = Tracker::bounded("runs", 8);

    #[periodic(every = "1h", immediate, timeout = "1s", grace = "2s", track = RUNS)]
    async fn runs(ended: tokio::sync::mpsc::UnboundedSender<oneshot::Receiver<Instant>>, takes: Duration) {
        let (dropped, when) = Dropped::new();
        ended.send(when).unwrap();
        rolls_back(takes).await;
        drop(dropped);
    }

    for (takes, lasts, completed) in [(millis(100), millis(10_100), true), (seconds(60), seconds(12), false)] {
        let start = Instant::now();
        let (ended, mut whens) = tokio::sync::mpsc::unbounded_channel();
        let run = runs(ended, takes);
        let before = run.site().counts();
        settle().await;
        advance(seconds(10)).await;
        let when = whens.recv().await.unwrap().await.unwrap();
        assert_eq!(when - start, lasts);
        settle().await;
        let counts = run.site().counts();
        assert_eq!(counts.completed - before.completed, u64::from(completed));
        assert_eq!(counts.timed_out - before.timed_out, u64::from(!completed));
        run.abort(CancelCause::Requested);
    }
}

#[worker(grace = "2s", track = tracker)]
async fn works(tracker: Shared, takes: Duration) -> (CancelCause, Instant) {
    let _keep = tracker;
    rolls_back(takes).await
}

#[worker(grace = "2s", restart = "1s..2s", track = tracker)]
async fn works_again_and_again(tracker: Shared, takes: Duration) -> (CancelCause, Instant) {
    let _keep = tracker;
    rolls_back(takes).await
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_cancelled_late_has_the_whole_of_its_grace() {
    type Work = fn(Shared, Duration) -> TaskHandle<(CancelCause, Instant)>;

    let kinds: [Work; 2] =
        [|tracker, takes| works(tracker, takes), |tracker, takes| works_again_and_again(tracker, takes)];
    for work in kinds {
        let tracker = shared(8, 0);
        let (ends, ignores) = (work(tracker.clone(), millis(2_000)), work(tracker.clone(), seconds(60)));
        settle().await;
        let start = Instant::now();
        let mut drain = Box::pin(tracker.drain());
        // It cancels the workers at its start. Their thread gives them no poll before 10 s.
        assert!(poll_fn(|cx| Poll::Ready(drain.as_mut().poll(cx).is_pending())).await);
        advance(seconds(10)).await;
        let report = drain.await;
        let (cause, at) = ends.await.unwrap();
        assert!(matches!(cause, CancelCause::Shutdown));
        assert_eq!((at - start, start.elapsed()), (seconds(10), seconds(12)));
        assert!(matches!(ignores.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
        let fates: Vec<_> = report.stragglers().iter().map(outlive::Straggler::fate).collect();
        assert_eq!(fates, [Fate::Aborted], "{report}");
    }
}
