//! What a drain cuts short is cut short by the drain: a call that is kept while its tracker drains may run until the
//! drain's end, and what ends it there is the shutdown, whichever clock is read first. Only a timeout of its own that is
//! over before is a timeout.

use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::time::Duration;

use outlive::{
    CancelCause, Context, DrainReport, OwnedTracker, Rejected, Shutdown, Singleflight, TaskError, TaskHandle,
    TaskOwner, Tracker, detach, detached, owned_tasks, shield,
};
use outlive_tests::{Trace, Turn};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, advance, sleep};

type Shared<const SECS: u64 = 4> = Arc<Tracker<SECS>>;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn four(running: usize, waiting: usize) -> Shared {
    Arc::new(Tracker::bounded("four", running).queue(waiting).drain_budget::<4>())
}

/// Calls, at some time after the drain has begun, and ends. Gives what the call gave, or that it was refused.
#[detached(timeout = "4s", track = tracker)]
async fn hands_over<const SECS: u64>(
    tracker: Shared<SECS>,
    after: Duration,
    call: fn(Shared<SECS>) -> TaskHandle<()>,
    kept: UnboundedSender<TaskHandle<()>>,
) {
    while !tracker.is_draining() {
        yield_now().await;
    }
    sleep(after).await;
    let _ = kept.send(call(tracker));
}

/// Drains it in a phase of a shutdown. The code has to be the report's.
async fn shut_down<const SECS: u64>(tracker: &Shared<SECS>) -> (DrainReport, u8) {
    let report = Shutdown::new().phase("only").shared(tracker.clone()).run().await;
    let drain = report.phases().next().unwrap().1[0].clone();
    (drain, report.code())
}

/// A call that was kept, and what became of its tracker.
struct Kept {
    ended: Result<(), TaskError>,
    site: &'static outlive::TaskSite,
    report: DrainReport,
    code: u8,
    took: Duration,
}

impl Kept {
    /// Has it made so long after the drain has begun.
    async fn made(after: Duration, tracker: Shared, call: fn(Shared) -> TaskHandle<()>) -> Self {
        let (kept, mut calls) = unbounded_channel();
        let first = hands_over(tracker.clone(), after, call, kept);
        let start = Instant::now();
        let (report, code) = shut_down(&tracker).await;
        let took = start.elapsed();
        first.await.unwrap();
        let call = calls.recv().await.unwrap();
        let site = call.site();
        Self { ended: call.await, site, report, code, took }
    }

    fn counts(&self) -> (usize, usize, usize) {
        (self.report.finished(), self.report.cancelled(), self.report.aborted())
    }

    /// It was dropped at the drain's end, and everybody says so.
    fn is_cut(&self, what: &str) {
        let Self { ended, report, code, took, .. } = self;
        assert!(matches!(ended, Err(TaskError::Cancelled(CancelCause::Shutdown))), "{what}: {ended:?}\n{report}");
        assert_eq!((self.counts(), *code), ((1, 0, 1), 1), "{what}: {report}");
        assert_eq!(*took, seconds(4), "{what}: {report}");
        assert!(!report.is_clean());
    }
}

#[detached(timeout = "3s", track = tracker)]
async fn hangs(tracker: Shared) {
    let _keep = tracker;
    pending::<()>().await;
}

/// As long as the whole budget.
#[detached(timeout = "4s", track = tracker)]
async fn hangs_as_long_as_may_be(tracker: Shared) {
    let _keep = tracker;
    pending::<()>().await;
}

#[detached(timeout = wanted, max_timeout = "4s", track = tracker)]
async fn hangs_as_long_as_wanted(tracker: Shared, wanted: Duration) {
    let _keep = (tracker, wanted);
    pending::<()>().await;
}

#[detached(timeout = "2s", grace = "1s", track = tracker)]
async fn ignores_its_grace(tracker: Shared) {
    let _keep = tracker;
    pending::<()>().await;
}

#[detached(timeout = "2s", grace = "1s", track = tracker)]
async fn hangs_in_a_section(tracker: Shared) {
    let _keep = tracker;
    shield(pending::<()>()).await;
}

type Call = fn(Shared) -> TaskHandle<()>;

/// Calls that hang, and whose own timeout would be later than the drain's end where they are made after 3 s of it.
const HANGING: [(&str, Call); 5] = [
    ("plain", |tracker| hangs(tracker)),
    ("as long as may be", |tracker| hangs_as_long_as_may_be(tracker)),
    ("with a timeout of its own", |tracker| hangs_as_long_as_wanted(tracker, seconds(3))),
    ("a future", |tracker| detach!(timeout = "3s", track = tracker, pending::<()>())),
    ("under a name of its own", |tracker| {
        #[detached(timeout = "3s", track = tracker, name = "other.name")]
        async fn other(tracker: Shared) {
            let _keep = tracker;
            pending::<()>().await;
        }
        other(tracker)
    }),
];

#[tokio::test(start_paused = true)]
async fn a_kept_call_that_hangs_is_cut_by_the_drain() {
    let _turn = Turn::take();
    for (what, call) in HANGING {
        for after in [millis(1_001), millis(1_500), millis(2_999), millis(3_000), millis(3_999)] {
            for (running, waiting) in [(8, 0), (1, 8)] {
                let what = format!("{what}, after {after:?}, {running} at once");
                let trace = Trace::record();
                let kept = Kept::made(after, four(running, waiting), call).await;
                kept.is_cut(&what);
                let counts = kept.site.counts();
                assert_eq!((counts.timed_out, counts.live), (0, 0), "{what}");
                let reports = trace.reports();
                let [said] = reports.as_slice() else { panic!("{what}: {reports:?}") };
                assert!(!format!("{said:?}").contains("timed out"), "{what}: {said:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_with_a_grace_is_cancelled_by_the_drain_and_dropped_by_it() {
    let _turn = Turn::take();
    for (what, call) in [("ignores", (|tracker| ignores_its_grace(tracker)) as Call), ("section", hangs_in_a_section)] {
        for after in [millis(1_001), millis(2_000), millis(2_999)] {
            let kept = Kept::made(after, four(8, 0), call).await;
            kept.is_cut(&format!("{what}, after {after:?}"));
            assert_eq!(kept.site.counts().timed_out, 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_such_a_one_gives_within_its_grace_counts_as_cancelled_and_its_context_names_the_shutdown() {
    #[detached(timeout = "2s", grace = "1s", track = tracker)]
    async fn rolls_back(tracker: Shared) {
        let _keep = tracker;
        let cause = Context::current().cancelled().await;
        assert!(matches!(cause, CancelCause::Shutdown), "{cause:?}");
        sleep(millis(500)).await;
    }

    let _turn = Turn::take();
    for after in [millis(1_001), millis(2_000), millis(2_999)] {
        let kept = Kept::made(after, four(8, 0), |tracker| rolls_back(tracker)).await;
        assert!(kept.ended.is_ok(), "after {after:?}: {:?}", kept.ended);
        assert_eq!((kept.counts(), kept.code, kept.took), ((1, 1, 0), 1, millis(3_500)), "after {after:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_its_own_that_is_over_before_the_drains_end_is_a_timeout() {
    // Functions of its own: those of the other tests never time out, and count that.
    #[detached(timeout = "3s", track = tracker)]
    async fn hangs(tracker: Shared) {
        let _keep = tracker;
        pending::<()>().await;
    }

    #[detached(timeout = wanted, max_timeout = "4s", track = tracker)]
    async fn hangs_as_long_as_wanted(tracker: Shared, wanted: Duration) {
        let _keep = (tracker, wanted);
        pending::<()>().await;
    }

    #[detached(timeout = "1s", grace = "500ms", track = tracker)]
    async fn ignores_a_short_grace(tracker: Shared) {
        let _keep = tracker;
        pending::<()>().await;
    }

    let _turn = Turn::take();
    let calls: [(Call, u64, u64); 4] = [
        (|tracker| hangs(tracker), 500, 3_500),
        (|tracker| hangs(tracker), 999, 3_999),
        (|tracker| hangs_as_long_as_wanted(tracker, seconds(1)), 2_999, 3_999),
        (|tracker| ignores_a_short_grace(tracker), 500, 2_000),
    ];
    for (call, after, took) in calls {
        let kept = Kept::made(millis(after), four(8, 0), call).await;
        assert!(matches!(kept.ended, Err(TaskError::TimedOut { .. })), "after {after}: {:?}", kept.ended);
        assert_eq!((kept.counts(), kept.code), ((2, 0, 0), 0), "after {after}: {}", kept.report);
        assert_eq!(kept.took, millis(took), "after {after}");
    }
}

#[tokio::test(start_paused = true)]
async fn so_it_is_where_the_drain_looks_late() {
    #[detached(timeout = "19s", track = OTHER)]
    async fn is_busy_until_then(time: Duration) {
        let mut passes = pin!(advance(time));
        poll_fn(|cx| {
            let _ = passes.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
    }
    static OTHER: Tracker = Tracker::unbounded("other");

    let _turn = Turn::take();
    for (what, call) in HANGING {
        for late in [millis(0), millis(1), millis(300), millis(1_500), seconds(600)] {
            let tracker = four(8, 0);
            let (kept, mut calls) = unbounded_channel();
            let first = hands_over(tracker.clone(), millis(1_500), call, kept);
            let end = Instant::now() + seconds(4);
            let drained = tokio::spawn({
                let tracker = tracker.clone();
                async move { shut_down(&tracker).await }
            });
            first.await.unwrap();
            let call = calls.recv().await.unwrap();
            yield_now().await;
            is_busy_until_then(end + late - Instant::now());
            let (report, code) = drained.await.unwrap();
            let ended = call.await;
            let what = format!("{what}, late by {late:?}: {ended:?}\n{report}");
            assert!(matches!(ended, Err(TaskError::Cancelled(CancelCause::Shutdown))), "{what}");
            assert_eq!((report.finished(), report.aborted(), report.stuck(), code), (1, 1, 0, 1), "{what}");
        }
    }
}

/// Calls itself, and waits for what that gives. Says how each of these calls has ended.
#[detached(timeout = "4s", track = tracker)]
async fn descends(tracker: Shared, depth: u32, ends: UnboundedSender<Result<(), TaskError>>) {
    sleep(millis(100)).await;
    if depth == 0 {
        return pending().await;
    }
    let deeper = again(tracker, depth - 1, ends.clone());
    let _ = ends.send(deeper.await);
}

type Descent = Pin<Box<dyn Future<Output = Result<(), TaskError>> + Send>>;

fn again(tracker: Shared, depth: u32, ends: UnboundedSender<Result<(), TaskError>>) -> Descent {
    Box::pin(descends(tracker, depth, ends))
}

#[tokio::test(start_paused = true)]
async fn of_one_that_calls_itself_while_it_is_drained_none_has_timed_out() {
    #[detached(timeout = "3s", track = tracker)]
    async fn begins(
        tracker: Shared,
        outermost: UnboundedSender<TaskHandle<()>>,
        ends: UnboundedSender<Result<(), TaskError>>,
    ) {
        while !tracker.is_draining() {
            yield_now().await;
        }
        sleep(seconds(1)).await;
        let _ = outermost.send(descends(tracker, 3, ends));
    }

    let _turn = Turn::take();
    let tracker = four(8, 0);
    let ((outermost, mut outer), (ends, mut inner)) = (unbounded_channel(), unbounded_channel());
    let first = begins(tracker.clone(), outermost, ends);
    let (report, code) = shut_down(&tracker).await;
    assert!(first.await.is_ok());
    let outermost = outer.recv().await.unwrap();
    let site = outermost.site();
    let mut ends = vec![outermost.await];
    while let Some(end) = inner.recv().await {
        ends.push(end);
    }
    // Who sees that its callee was cut, before it is dropped itself, returns. The innermost hangs.
    let is_right =
        |end: &Result<(), TaskError>| matches!(end, Ok(()) | Err(TaskError::Cancelled(CancelCause::Shutdown)));
    assert!(ends.iter().all(is_right), "{ends:?}\n{report}");
    let (finished, aborted) = (report.finished() + report.cancelled(), report.aborted());
    assert!(aborted >= 1, "{report}");
    assert_eq!((finished + aborted, code), (5, 1), "{report}");
    let counts = site.counts();
    assert_eq!((counts.started, counts.timed_out, counts.live), (4, 0, 0), "{report}");
    assert_eq!(counts.cancelled, aborted as u64, "{report}");
}

#[tokio::test(start_paused = true)]
async fn of_one_that_hands_over_to_itself_the_last_is_cut_by_the_drain() {
    #[detached(timeout = "3s", track = tracker)]
    async fn hands_on(tracker: Shared, depth: u32, last: UnboundedSender<TaskHandle<()>>) {
        while !tracker.is_draining() {
            yield_now().await;
        }
        sleep(millis(500)).await;
        if depth > 0 {
            let next = hands_on(tracker, depth - 1, last.clone());
            let _ = last.send(next);
        } else {
            pending::<()>().await;
        }
    }

    let _turn = Turn::take();
    let tracker = four(1, 1);
    let (last, mut all) = unbounded_channel();
    let first = hands_on(tracker.clone(), 3, last);
    let (report, code) = shut_down(&tracker).await;
    assert!(first.await.is_ok());
    let ends = ends_of(&mut all).await;
    assert!(matches!(ends.as_slice(), [Ok(()), Ok(()), Err(TaskError::Cancelled(CancelCause::Shutdown))]), "{ends:?}");
    assert_eq!((report.finished(), report.aborted(), code), (3, 1, 1), "{report}");
}

async fn ends_of(calls: &mut UnboundedReceiver<TaskHandle<()>>) -> Vec<Result<(), TaskError>> {
    let mut ends = Vec::new();
    while let Some(call) = calls.recv().await {
        ends.push(call.await);
    }
    ends
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker<4>,
}

#[owned_tasks]
impl Service {
    #[detached(timeout = "4s")]
    async fn calls(&self, calls: UnboundedSender<TaskHandle<()>>) {
        while !self.tasks.is_draining() {
            yield_now().await;
        }
        sleep(seconds(2)).await;
        let _ = calls.send(self.hangs());
    }

    #[detached(timeout = "3s")]
    async fn hangs(&self) {
        pending::<()>().await;
    }
}

#[tokio::test(start_paused = true)]
async fn in_a_service_too() {
    let _turn = Turn::take();
    let service = Service { tasks: OwnedTracker::bounded("service", 8).drain_budget::<4>() };
    let (calls, mut kept) = unbounded_channel();
    let first = service.calls(calls);
    let report = service.shutdown().await;
    first.await.unwrap();
    let ends = ends_of(&mut kept).await;
    assert!(matches!(ends.as_slice(), [Err(TaskError::Cancelled(CancelCause::Shutdown))]), "{ends:?}");
    assert_eq!((report.finished(), report.aborted()), (1, 1), "{report}");
}

/// What `second` gives is what is asked of `Shared<1>`, whose drains are short.
#[detached(timeout = "900ms", track = tracker)]
async fn hangs_shortly(tracker: Shared<1>) {
    let _keep = tracker;
    pending::<()>().await;
}

#[detached(timeout = "700ms", grace = "200ms", track = tracker)]
async fn ignores_shortly(tracker: Shared<1>) {
    let _keep = tracker;
    pending::<()>().await;
}

/// One drain of 1 s: what became of the call that was kept in it.
async fn drained_on_a_real_clock(
    after: Duration,
    waiting: usize,
    call: fn(Shared<1>) -> TaskHandle<()>,
) -> Result<(), String> {
    #[detached(timeout = "1s", track = tracker)]
    async fn hands_over(
        tracker: Shared<1>,
        after: Duration,
        call: fn(Shared<1>) -> TaskHandle<()>,
        kept: UnboundedSender<TaskHandle<()>>,
    ) {
        while !tracker.is_draining() {
            yield_now().await;
        }
        sleep(after).await;
        let _ = kept.send(call(tracker));
    }

    let running = if waiting > 0 { 1 } else { 8 };
    let tracker: Shared<1> = Arc::new(Tracker::bounded("one", running).queue(waiting).drain_budget::<1>());
    let (kept, mut calls) = unbounded_channel();
    let first = hands_over(tracker.clone(), after, call, kept);
    let (report, code) = shut_down(&tracker).await;
    first.await.unwrap();
    let call = calls.recv().await.unwrap();
    let ended = call.await;
    let is_cut = matches!(ended, Err(TaskError::Cancelled(CancelCause::Shutdown)));
    let is_reported = (report.finished(), report.cancelled(), report.aborted(), code) == (1, 0, 1, 1);
    if is_cut && is_reported { Ok(()) } else { Err(format!("after {after:?}: {ended:?}\n{report}")) }
}

async fn all_at_once(drains: impl Iterator<Item = (Duration, usize, fn(Shared<1>) -> TaskHandle<()>)>) {
    let mut all = JoinSet::new();
    for (after, waiting, call) in drains {
        all.spawn(drained_on_a_real_clock(after, waiting, call));
    }
    none_is_wrong(&all.join_all().await);
}

fn none_is_wrong(ended: &[Result<(), String>]) {
    let wrong: Vec<_> = ended.iter().filter_map(|ended| ended.as_ref().err()).collect();
    if let Some(first) = wrong.first() {
        panic!("{} of {} are not cut by their drains: {first}", wrong.len(), ended.len());
    }
}

/// Made at as many moments of a drain, within a fraction of a millisecond of each other.
fn moments() -> impl Iterator<Item = Duration> {
    (0..40).map(|step| millis(300) + Duration::from_micros(5_250) * step)
}

#[tokio::test]
async fn so_it_is_on_a_real_clock() {
    let _turn = Turn::take();
    all_at_once(moments().map(|after| (after, 0, (|tracker| hangs_shortly(tracker)) as _))).await;
}

#[tokio::test]
async fn so_it_is_on_a_real_clock_with_a_timeout_of_its_own() {
    #[detached(timeout = wanted, max_timeout = "950ms", track = tracker)]
    async fn hangs_as_wanted(tracker: Shared<1>, wanted: Duration) {
        let _keep = (tracker, wanted);
        pending::<()>().await;
    }

    let _turn = Turn::take();
    all_at_once(moments().map(|after| (after, 0, (|tracker| hangs_as_wanted(tracker, millis(900))) as _))).await;
}

#[tokio::test]
async fn so_it_is_on_a_real_clock_with_a_future() {
    let _turn = Turn::take();
    let call: fn(Shared<1>) -> TaskHandle<()> = |tracker| detach!(timeout = "900ms", track = tracker, pending::<()>());
    all_at_once(moments().map(|after| (after, 0, call))).await;
}

#[tokio::test]
async fn so_it_is_on_a_real_clock_with_a_single_flight_and_everybody_who_waits_for_it_knows() {
    #[detached(timeout = "1s", track = tracker)]
    async fn leads(tracker: Shared<1>, flights: Arc<Singleflight<u8, ()>>, after: Duration) {
        while !tracker.is_draining() {
            yield_now().await;
        }
        sleep(after).await;
        // What it gives is for those who wait: this one goes before, and leaves the work behind.
        let mut run = pin!(flights.run(1, pending()));
        assert!(poll_fn(|cx| Poll::Ready(run.as_mut().poll(cx).is_pending())).await);
    }

    let _turn = Turn::take();
    let mut all = JoinSet::new();
    for after in moments() {
        all.spawn(async move {
            let tracker: Shared<1> = Arc::new(Tracker::bounded("one", 8).drain_budget::<1>());
            let flights = Arc::new(Singleflight::tracked_by("flights", &tracker, millis(900)));
            let leader = leads(tracker.clone(), flights.clone(), after);
            let drained = tokio::spawn(async move { shut_down(&tracker).await });
            leader.await.unwrap();
            // Under way already, it needs no place.
            let ended = flights.run(1, async {}).await;
            let (report, code) = drained.await.unwrap();
            let is_cut = matches!(ended.as_ref().unwrap_err().as_ref(), TaskError::Cancelled(CancelCause::Shutdown));
            let is_reported = (report.finished(), report.aborted(), code) == (1, 1, 1);
            if is_cut && is_reported { Ok(()) } else { Err(format!("after {after:?}: {ended:?}\n{report}")) }
        });
    }
    none_is_wrong(&all.join_all().await);
}

#[tokio::test]
async fn so_it_is_on_a_real_clock_with_a_queue() {
    let _turn = Turn::take();
    all_at_once(moments().map(|after| (after, 4, (|tracker| hangs_shortly(tracker)) as _))).await;
}

#[tokio::test]
async fn so_it_is_on_a_real_clock_with_a_grace() {
    let _turn = Turn::take();
    all_at_once(moments().map(|after| (after, 0, (|tracker| ignores_shortly(tracker)) as _))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_it_is_on_a_real_clock_with_two_workers() {
    let _turn = Turn::take();
    all_at_once(moments().map(|after| (after, 0, (|tracker| hangs_shortly(tracker)) as _))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_that_was_kept_in_a_drain_is_stuck_and_its_call_was_cancelled_by_the_shutdown() {
    type Released = Arc<Mutex<mpsc::Receiver<()>>>;

    #[detached(timeout = "900ms", track = tracker, blocking)]
    fn blocks(tracker: Shared<1>, released: Released) {
        let _keep = tracker;
        let _ = released.lock().unwrap().recv();
    }

    #[detached(timeout = "1s", track = tracker)]
    async fn hands_over(
        tracker: Shared<1>,
        after: Duration,
        released: Released,
        kept: UnboundedSender<TaskHandle<()>>,
    ) {
        while !tracker.is_draining() {
            yield_now().await;
        }
        sleep(after).await;
        let _ = kept.send(blocks(tracker, released));
    }

    let _turn = Turn::take();
    let mut all = JoinSet::new();
    for step in 0..16 {
        all.spawn(async move {
            let tracker: Shared<1> = Arc::new(Tracker::bounded("one", 8).drain_budget::<1>());
            let (release, released) = mpsc::channel();
            let (kept, mut calls) = unbounded_channel();
            let after = millis(300) + Duration::from_micros(5_250) * step;
            let first = hands_over(tracker.clone(), after, Arc::new(Mutex::new(released)), kept);
            let (report, code) = shut_down(&tracker).await;
            drop(release);
            first.await.unwrap();
            (calls.recv().await.unwrap().await, report, code)
        });
    }
    for (ended, report, code) in all.join_all().await {
        assert!(matches!(ended, Err(TaskError::Cancelled(CancelCause::Shutdown))), "{ended:?}\n{report}");
        assert_eq!((report.finished(), report.stuck(), code), (1, 1, 1), "{report}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_after_all_have_been_cancelled_is_refused_and_not_cut() {
    #[detached(timeout = "3s", grace = "1s", track = tracker)]
    async fn calls_when_it_is_cancelled(tracker: Shared) -> Option<Rejected> {
        Context::current().cancelled().await;
        hangs(tracker).admitted().err()
    }

    let _turn = Turn::take();
    let tracker = four(8, 0);
    let late = calls_when_it_is_cancelled(tracker.clone());
    let (report, code) = shut_down(&tracker).await;
    assert_eq!(late.await.unwrap(), Some(Rejected::Draining));
    assert_eq!((report.cancelled() + report.finished(), report.refused(), report.aborted()), (1, 1, 0), "{report}");
    assert_eq!(code, u8::from(report.cancelled() > 0));
}
