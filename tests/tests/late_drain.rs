//! A drain that comes to look too late, since its thread was busy, does all the same what it does in time: it cancels,
//! drops, waits a second for what does not yield, and reports. What it has reported is so: nothing begins afterwards.

use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::time::Duration;

use outlive::{
    CancelCause, Context, DrainReport, Fate, OwnedTracker, Reason, Rejected, Shutdown, TaskError, TaskHandle,
    TaskOwner, Tracker, Unfinished, detached, owned_tasks, periodic, shield, worker,
};
use tokio::runtime::{Builder, Handle};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, advance, sleep};

type Shared<const SECS: u64 = 4> = Arc<Tracker<SECS>>;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const TAKES: Duration = millis(400);
const FOR_EVER: Duration = Duration::from_secs(60 * 60);

/// By how much a drain of 4 s is late when it looks: by nothing, in its second for what does not yield, at the end of
/// that, after it, and long after it.
const LOOKS: [Duration; 6] = [millis(4_000), millis(4_001), millis(4_500), millis(5_000), millis(5_500), seconds(600)];

fn four(running: usize, waiting: usize) -> Shared {
    Arc::new(Tracker::bounded("four", running).queue(waiting).drain_budget::<4>())
}

/// Lets everybody come to an await, while no time passes.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
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

/// Of another tracker than the one that is drained.
#[detached(timeout = "19s", track = OTHER)]
async fn blocks_its_thread(time: Duration) {
    is_busy(time).await;
}

static OTHER: Tracker = Tracker::unbounded("other");

/// What was seen of the orders, by themselves and by their hooks.
#[derive(Default)]
struct Log {
    began: AtomicUsize,
    /// With a hook that says so, and whether they had begun.
    begun_and_unfinished: AtomicUsize,
    never_begun: AtomicUsize,
    unfinished_otherwise: AtomicUsize,
}

impl Log {
    fn unfinished(&self, started: bool, reason: &Reason) {
        let count = match (started, reason) {
            (true, Reason::Cancelled(CancelCause::Shutdown) | Reason::TimedOut { .. }) => &self.begun_and_unfinished,
            (false, Reason::NeverStarted) => &self.never_begun,
            _ => &self.unfinished_otherwise,
        };
        count.fetch_add(1, SeqCst);
    }
}

fn spill<T, U>(call: Unfinished<(T, Arc<Log>, U)>) {
    let started = call.started();
    let ((_, log, _), reason) = call.into_parts();
    log.unfinished(started, &reason);
}

fn spill_of_service(call: Unfinished<(Arc<Log>, Duration)>) {
    let started = call.started();
    let ((log, _), reason) = call.into_parts();
    log.unfinished(started, &reason);
}

#[detached(timeout = "3s", track = tracker, unfinished = spill)]
async fn order(tracker: Shared, log: Arc<Log>, takes: Duration) {
    let _keep = tracker;
    log.began.fetch_add(1, SeqCst);
    sleep(takes).await;
}

#[detached(timeout = "2s", grace = "1s", track = tracker, unfinished = spill)]
async fn order_with_a_grace(tracker: Shared, log: Arc<Log>, takes: Duration) {
    let _keep = tracker;
    log.began.fetch_add(1, SeqCst);
    let context = Context::current();
    tokio::select! {
        () = sleep(takes) => {}
        _ = context.cancelled() => sleep(millis(100)).await,
    }
}

#[detached(timeout = "2s", grace = "1s", track = tracker, unfinished = spill)]
async fn order_in_a_section(tracker: Shared, log: Arc<Log>, takes: Duration) {
    let _keep = tracker;
    log.began.fetch_add(1, SeqCst);
    shield(sleep(takes)).await;
}

#[worker(grace = "1s", track = tracker)]
async fn works(tracker: Shared, log: Arc<Log>, takes: Duration) {
    let _keep = tracker;
    log.began.fetch_add(1, SeqCst);
    Context::current().cancelled().await;
    sleep(takes).await;
}

#[worker(grace = "1s", restart = "1s..2s", track = tracker)]
async fn works_again_and_again(tracker: Shared, log: Arc<Log>, takes: Duration) {
    let _keep = tracker;
    log.began.fetch_add(1, SeqCst);
    Context::current().cancelled().await;
    sleep(takes).await;
}

/// What became of a call, as its handle says.
#[derive(Default, PartialEq, Eq, Debug)]
struct Ends {
    returned: usize,
    timed_out: usize,
    cut: usize,
    refused: usize,
}

impl Ends {
    async fn of(handles: Vec<TaskHandle<()>>) -> Self {
        let mut ends = Self::default();
        for handle in handles {
            let ended = match handle.await {
                Ok(()) => &mut ends.returned,
                Err(TaskError::TimedOut { .. }) => &mut ends.timed_out,
                Err(TaskError::Cancelled(CancelCause::Shutdown)) => &mut ends.cut,
                Err(TaskError::Rejected(Rejected::Draining)) => &mut ends.refused,
                Err(other) => panic!("{other:?}"),
            };
            *ended += 1;
        }
        ends
    }
}

/// Whether the report, the handles, the hooks and what really ran say the same. All have come to an end.
async fn all_say_the_same(report: &DrainReport, handles: Vec<TaskHandle<()>>, log: &Log) -> Ends {
    let (calls, began) = (handles.len(), log.began.load(SeqCst));
    let ends = Ends::of(handles).await;
    let (finished, cancelled, aborted) = (report.finished(), report.cancelled(), report.aborted());
    assert_eq!(report.stuck(), 0, "all of them yield: {report}");
    assert_eq!(finished + cancelled + aborted + report.never_started(), calls, "{report}");
    assert_eq!(report.never_started(), ends.refused, "{report} {ends:?}");
    assert_eq!(finished + cancelled + aborted, ends.returned + ends.timed_out + ends.cut, "{report} {ends:?}");
    assert!(aborted >= ends.cut && ends.returned <= finished + cancelled, "{report} {ends:?}");
    // One that was dropped before its first poll was no longer queued, and has not begun either.
    assert!(began <= finished + cancelled + aborted, "{report}: {began} began");
    assert!(began >= ends.returned, "{report}: {began} began");
    assert_eq!(log.unfinished_otherwise.load(SeqCst), 0, "{report}");
    // Somebody who was let in would run now.
    for _ in 0..100 {
        yield_now().await;
    }
    assert_eq!(log.began.load(SeqCst), began, "nothing begins after the report");
    ends
}

fn drain<const SECS: u64>(tracker: &Shared<SECS>) -> JoinHandle<DrainReport> {
    let tracker = Arc::clone(tracker);
    tokio::spawn(async move { tracker.drain().await })
}

#[tokio::test(start_paused = true)]
async fn what_it_has_reported_does_not_run_afterwards() {
    for looks in LOOKS {
        let (tracker, log) = (four(1, 10), Arc::<Log>::default());
        let orders: Vec<_> = (0..6).map(|_| order(tracker.clone(), log.clone(), TAKES)).collect();
        let (start, drain) = (Instant::now(), drain(&tracker));
        settle().await;
        blocks_its_thread(looks);
        let report = drain.await.unwrap();
        assert_eq!((report.took(), start.elapsed()), (looks, looks), "all of them yield: {report}");
        let ends = all_say_the_same(&report, orders, &log).await;
        // The first was done by then. Whether the second had its turn before the look is not said.
        assert!(ends.refused >= 4, "after {looks:?}: {report}");
        assert_eq!(log.never_begun.load(SeqCst), ends.refused, "{report}");
        assert_eq!(log.begun_and_unfinished.load(SeqCst), ends.cut + ends.timed_out, "{report}");
        sleep(seconds(60)).await;
        assert!(log.began.load(SeqCst) <= 2 && tracker.live() == 0, "after {looks:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_queue_of_thousands_none_begins_afterwards() {
    for looks in [millis(4_500), millis(5_500), seconds(600)] {
        let (tracker, log) = (four(3, 5_000), Arc::<Log>::default());
        let orders: Vec<_> = (0..5_003).map(|_| order(tracker.clone(), log.clone(), TAKES)).collect();
        let drain = drain(&tracker);
        settle().await;
        blocks_its_thread(looks);
        let report = drain.await.unwrap();
        let ends = all_say_the_same(&report, orders, &log).await;
        assert!(ends.refused >= 4_997, "after {looks:?}: {report}");
        assert_eq!(log.never_begun.load(SeqCst), ends.refused, "{report}");
        assert_eq!(tracker.live(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn what_hangs_is_dropped_whatever_it_has_been_promised() {
    type Call = fn(Shared, Arc<Log>, Duration) -> TaskHandle<()>;
    let kinds: [(&str, Call); 5] = [
        ("without a grace", |tracker, log, takes| order(tracker, log, takes)),
        ("with a grace", |tracker, log, takes| order_with_a_grace(tracker, log, takes)),
        ("in a section", |tracker, log, takes| order_in_a_section(tracker, log, takes)),
        ("a worker", |tracker, log, takes| works(tracker, log, takes)),
        ("a worker that is restarted", |tracker, log, takes| works_again_and_again(tracker, log, takes)),
    ];
    for (kind, call) in kinds {
        for looks in LOOKS {
            let (tracker, log) = (four(3, 3), Arc::<Log>::default());
            let calls: Vec<_> = (0..6).map(|_| call(tracker.clone(), log.clone(), FOR_EVER)).collect();
            let drain = drain(&tracker);
            settle().await;
            blocks_its_thread(looks);
            let report = drain.await.unwrap();
            assert_eq!(report.took(), looks, "{kind}: {report}");
            let ends = all_say_the_same(&report, calls, &log).await;
            assert_eq!((ends.returned, tracker.live()), (0, 0), "{kind}, after {looks:?}: {report}");
            assert!(ends.refused >= 2, "{kind}, after {looks:?}: {report}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_loop_the_run_is_dropped_and_no_other_begins() {
    #[periodic(every = "1s", immediate, timeout = "3s", track = tracker)]
    async fn runs(tracker: Shared, log: Arc<Log>) {
        let _keep = tracker;
        log.began.fetch_add(1, SeqCst);
        pending::<()>().await;
    }

    for looks in LOOKS {
        let (tracker, log) = (four(3, 0), Arc::<Log>::default());
        let loops: Vec<_> = (0..3).map(|_| runs(tracker.clone(), log.clone())).collect();
        settle().await;
        let drain = drain(&tracker);
        settle().await;
        blocks_its_thread(looks);
        let report = drain.await.unwrap();
        assert_eq!((report.took(), report.stuck(), tracker.live()), (looks, 0, 0), "{report}");
        // A run has its own timeout, which was over when all of them were dropped.
        assert_eq!(
            (report.finished() + report.aborted(), report.stragglers().len()),
            (3, report.aborted()),
            "{report}"
        );
        sleep(seconds(60)).await;
        assert_eq!(log.began.load(SeqCst), 3, "after {looks:?}");
        assert!(loops.iter().all(TaskHandle::is_finished));
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_held_and_polled_late_is_as_good() {
    for looks in LOOKS {
        let (tracker, log) = (four(1, 10), Arc::<Log>::default());
        let orders: Vec<_> = (0..6).map(|_| order(tracker.clone(), log.clone(), TAKES)).collect();
        settle().await;
        let mut drain = Box::pin(tracker.drain());
        assert!(is_pending(drain.as_mut()).await);
        // Nobody polls it.
        advance(looks).await;
        let report = drain.await;
        assert_eq!(report.took(), looks, "{report}");
        let ends = all_say_the_same(&report, orders, &log).await;
        assert!(ends.refused >= 3, "after {looks:?}: {report}");
        sleep(seconds(60)).await;
        assert_eq!(tracker.live(), 0);
    }
}

async fn is_pending<F: Future>(mut future: Pin<&mut F>) -> bool {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
}

#[tokio::test(start_paused = true)]
async fn who_drains_after_one_that_was_dropped_finds_the_same_though_its_time_is_over() {
    for looks in [seconds(5), millis(5_500), seconds(600)] {
        let (tracker, log) = (four(1, 10), Arc::<Log>::default());
        let orders: Vec<_> = (0..6).map(|_| order(tracker.clone(), log.clone(), FOR_EVER)).collect();
        settle().await;
        {
            let mut dropped = Box::pin(tracker.drain());
            assert!(is_pending(dropped.as_mut()).await);
        }
        is_busy(looks).await;
        let report = tracker.drain().await;
        assert_eq!(report.took(), looks, "{report}");
        all_say_the_same(&report, orders, &log).await;
        assert_eq!(tracker.live(), 0);
    }
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker<4>,
}

#[owned_tasks]
impl Service {
    #[detached(timeout = "3s", unfinished = spill_of_service)]
    async fn order(&self, log: Arc<Log>, takes: Duration) {
        log.began.fetch_add(1, SeqCst);
        sleep(takes).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_is_shut_down_as_well_by_itself_and_in_a_phase() {
    let new = || Service { tasks: OwnedTracker::bounded("service", 1).queue(10).drain_budget::<4>() };
    for in_a_phase in [false, true] {
        let (service, log) = (new(), Arc::<Log>::default());
        let orders: Vec<_> = (0..6).map(|_| service.order(log.clone(), TAKES)).collect();
        let shutdown = tokio::spawn(async move {
            if in_a_phase {
                let report = Shutdown::new().phase("one").owner(service).run().await;
                assert_eq!(report.code(), 1, "{report}");
                report.phases().next().unwrap().1[0].clone()
            } else {
                service.shutdown().await
            }
        });
        settle().await;
        blocks_its_thread(millis(5_500));
        let report = shutdown.await.unwrap();
        let ends = all_say_the_same(&report, orders, &log).await;
        assert!(ends.refused >= 4, "{report}");
        assert_eq!(log.never_begun.load(SeqCst), ends.refused, "{report}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_waits_for_a_place_is_refused_and_has_no_place_afterwards() {
    #[detached(timeout = "3s", track = tracker, when_full = wait)]
    async fn order_in_turn(tracker: Shared, log: Arc<Log>) {
        let _keep = tracker;
        log.began.fetch_add(1, SeqCst);
        sleep(FOR_EVER).await;
    }

    // As a live task of the tracker it is kept until all are cancelled.
    #[detached(timeout = "3s", grace = "1s", track = tracker)]
    async fn produces(tracker: Shared, log: Arc<Log>) -> Option<Rejected> {
        order_in_turn(tracker, log).await.admitted().err()
    }

    let (tracker, log) = (four(1, 0), Arc::<Log>::default());
    let producer = produces(tracker.clone(), log.clone());
    let drain = drain(&tracker);
    settle().await;
    blocks_its_thread(millis(5_500));
    let report = drain.await.unwrap();
    assert_eq!((report.took(), report.stuck()), (millis(5_500), 0), "{report}");
    let ended = producer.await;
    let is_refused = matches!(ended, Ok(Some(Rejected::Draining)));
    assert!(is_refused || matches!(ended, Err(TaskError::Cancelled(CancelCause::Shutdown))), "{ended:?}");
    settle().await;
    assert_eq!((log.began.load(SeqCst), tracker.live()), (0, 0));
}

/// Blocks its thread in its first poll, and then asks for more.
#[detached(timeout = "3s", track = tracker, on = runtime)]
async fn blocks_and_calls(
    tracker: Shared,
    runtime: Handle,
    inside: mpsc::Sender<()>,
    released: mpsc::Receiver<()>,
    log: Arc<Log>,
) -> Option<Rejected> {
    drop(runtime);
    inside.send(()).unwrap();
    let _ = released.recv();
    order(tracker, log, Duration::ZERO).admitted().err()
}

#[tokio::test(start_paused = true)]
async fn what_does_not_yield_has_its_second_from_when_the_others_were_dropped() {
    for looks in LOOKS {
        let (tracker, log) = (four(2, 10), Arc::<Log>::default());
        let elsewhere = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let ((inside, is_inside), (release, released)) = (mpsc::channel(), mpsc::channel());
        let stuck = blocks_and_calls(tracker.clone(), elsewhere.handle().clone(), inside, released, log.clone());
        is_inside.recv().unwrap();
        let orders: Vec<_> = (0..4).map(|_| order(tracker.clone(), log.clone(), FOR_EVER)).collect();
        settle().await;
        let mut drain = Box::pin(tracker.drain());
        assert!(is_pending(drain.as_mut()).await);
        advance(looks).await;
        let report = drain.await;
        assert_eq!(report.took(), looks + seconds(1), "{report}");
        assert_eq!((report.stuck(), report.never_started()), (1, 3), "{report}");
        let names =
            |fate| report.stragglers().iter().filter(move |task| task.fate() == fate).map(|task| task.site().name());
        assert_eq!(names(Fate::Stuck).collect::<Vec<_>>(), ["blocks_and_calls"], "{report}");
        let ends = Ends::of(orders).await;
        assert_eq!((ends.refused, ends.timed_out + ends.cut), (3, 1), "{report} {ends:?}");
        drop(release);
        // It goes on, and comes too late.
        let refused = stuck.await;
        let is_refused = matches!(refused, Ok(Some(Rejected::Draining)));
        assert!(is_refused, "after {looks:?}, what calls after the report is refused: {refused:?}");
        settle().await;
        assert_eq!((log.began.load(SeqCst), tracker.live()), (1, 0));
        elsewhere.shutdown_background();
    }
}

#[detached(timeout = "900ms", track = tracker, unfinished = spill)]
async fn short_order(tracker: Shared<1>, log: Arc<Log>, takes: Duration) {
    let _keep = tracker;
    log.began.fetch_add(1, SeqCst);
    sleep(takes).await;
}

/// Blocks its thread until a drain of 1 s, and its second for what does not yield, are over.
fn block_past_the_drain(began: Instant) {
    let until = began.into_std() + millis(2_200);
    while let Some(left) = until.checked_duration_since(std::time::Instant::now()) {
        std::thread::sleep(left + millis(1));
    }
}

fn on_a_real_clock(mut runtime: Builder, threads: usize) {
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async move {
        let tracker: Shared<1> = Arc::new(Tracker::bounded("one", 1).queue(10).drain_budget::<1>());
        let log = Arc::<Log>::default();
        let orders: Vec<_> = (0..6).map(|_| short_order(tracker.clone(), log.clone(), millis(300))).collect();
        let began = Instant::now();
        let drain = drain(&tracker);
        while !tracker.is_draining() {
            yield_now().await;
        }
        let blocked: Vec<_> = (0..threads).map(|_| tokio::spawn(async move { block_past_the_drain(began) })).collect();
        let report = drain.await.unwrap();
        all_say_the_same(&report, orders, &log).await;
        for thread in blocked {
            thread.await.unwrap();
        }
        assert_eq!(tracker.live(), 0);
    });
}

#[test]
fn so_it_is_on_a_real_clock_where_the_only_thread_is_blocked() {
    on_a_real_clock(Builder::new_current_thread(), 1);
}

#[test]
fn so_it_is_on_a_real_clock_where_both_workers_are_blocked() {
    let mut runtime = Builder::new_multi_thread();
    runtime.worker_threads(2);
    on_a_real_clock(runtime, 2);
}
