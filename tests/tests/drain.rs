//! A drain refuses, waits, tells, drops and reports; it is never waited for without end.

use std::sync::Arc;
use std::time::Duration;

use outlive::{CancelCause, Context, Fate, Rejected, TaskError, TaskHandle, Tracker, detached};
use tokio::time::{Instant, sleep};

type Shared<const SECS: u64 = 20> = Arc<Tracker<SECS>>;

fn shared(running: usize, waiting: usize) -> Shared {
    Arc::new(Tracker::bounded("shared", running).queue(waiting))
}

#[detached(timeout = "19s", track = tracker)]
async fn waits(tracker: Shared, time: Duration) {
    sleep(time).await;
}

#[detached(timeout = "15s", grace = "5s", track = tracker)]
async fn obeys(tracker: Shared, clean_up: Duration) {
    let cause = Context::current().cancelled().await;
    assert!(matches!(cause, CancelCause::Shutdown));
    sleep(clean_up).await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_what_is_running_and_for_what_is_queued() {
    let tracker = shared(1, 2);
    let calls: Vec<_> = (0..3).map(|_| waits(tracker.clone(), Duration::from_secs(2))).collect();
    let start = Instant::now();
    let report = tracker.drain().await;
    assert_eq!(start.elapsed(), Duration::from_secs(6));
    assert_eq!(report.finished(), 3);
    assert!(report.is_clean(), "{report}");
    assert!(calls.iter().all(TaskHandle::is_finished));
    assert_eq!(report.to_string(), "shared: drained in 6s of 20s: 3 ended");
}

#[tokio::test(start_paused = true)]
async fn an_empty_tracker_drains_at_once() {
    let tracker = shared(1, 0);
    let report = tracker.drain().await;
    assert!(report.is_clean());
    assert_eq!((report.finished(), tracker.live(), tracker.is_draining()), (0, 0, true));
}

#[tokio::test(start_paused = true)]
async fn a_call_after_the_drain_has_begun_is_refused() {
    let tracker = shared(8, 0);
    let running = waits(tracker.clone(), Duration::from_secs(1));
    let drain = tokio::spawn({
        let tracker = tracker.clone();
        async move { tracker.drain().await }
    });
    tokio::task::yield_now().await;
    assert!(tracker.is_draining() && !drain.is_finished());
    let late = waits(tracker.clone(), Duration::ZERO);
    assert!(matches!(late.await, Err(TaskError::Rejected(Rejected::Draining))));
    assert!(matches!(waits(tracker.clone(), Duration::ZERO).admitted(), Err(Rejected::Draining)));
    assert!(running.await.is_ok());
    let report = drain.await.unwrap();
    assert_eq!((report.finished(), report.refused()), (1, 2));
    assert!(report.is_clean(), "a refused call was not accepted");
}

#[tokio::test(start_paused = true)]
async fn a_call_made_by_a_live_task_of_the_draining_tracker_is_kept() {
    static KEEPS: Tracker = Tracker::bounded("keeps", 8);

    #[detached(timeout = "5s", track = KEEPS)]
    async fn second() -> &'static str {
        sleep(Duration::from_secs(1)).await;
        "kept"
    }

    #[detached(timeout = "19s", track = KEEPS)]
    async fn first() -> Result<&'static str, TaskError> {
        sleep(Duration::from_secs(1)).await;
        second().await
    }

    let call = first();
    let report = KEEPS.drain().await;
    assert_eq!(call.await.unwrap().unwrap(), "kept");
    assert_eq!(report.finished(), 2);
    assert_eq!(report.took(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_kept_call_is_clamped_to_what_is_left() {
    static CLAMPS: Tracker = Tracker::bounded("clamps", 8);

    #[detached(timeout = "19s", track = CLAMPS)]
    async fn second() -> Duration {
        Context::current().deadline().unwrap() - Instant::now()
    }

    #[detached(timeout = "19s", track = CLAMPS)]
    async fn first() -> Result<Duration, TaskError> {
        sleep(Duration::from_secs(15)).await;
        second().await
    }

    let call = first();
    assert!(CLAMPS.drain().await.is_clean());
    assert_eq!(call.await.unwrap().unwrap(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn the_soft_cancel_comes_in_time_for_the_longest_grace() {
    let tracker = shared(1, 1);
    let short = waits(tracker.clone(), Duration::from_secs(1));
    // Starts a second after the drain, so that its own timeout is not what ends it.
    let call = obeys(tracker.clone(), Duration::from_secs(4));
    let start = Instant::now();
    let report = tracker.drain().await;
    assert!(short.await.is_ok());
    assert_eq!(start.elapsed(), Duration::from_secs(19));
    assert!(call.await.is_ok());
    assert_eq!((report.finished(), report.cancelled(), report.aborted()), (1, 1, 0), "{report}");
    assert!(!report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_told_and_then_dropped_at_its_own_timeout_is_aborted_and_not_cancelled() {
    #[detached(timeout = "10s", grace = "1s", track = tracker)]
    async fn ignores(tracker: Shared) {
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "10s", grace = "10s", track = tracker)]
    async fn has_a_long_grace(tracker: Shared) {
        std::future::pending::<()>().await;
    }

    let tracker = shared(8, 0);
    // The longest grace has all of them told after 10 s; the short one is over at 11 s, long before the budget is.
    let short = ignores(tracker.clone());
    let long = has_a_long_grace(tracker.clone());
    let start = Instant::now();
    let drain = tracker.drain();
    let (report, ended) = tokio::join!(drain, async {
        assert!(matches!(short.await, Err(TaskError::TimedOut { .. })));
        start.elapsed()
    });
    assert_eq!(ended, Duration::from_secs(11));
    assert!(long.await.is_err());
    assert_eq!((report.cancelled(), report.aborted()), (0, 2), "{report}");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_within_the_budget_is_dropped_and_named() {
    #[detached(timeout = "19s", track = tracker)]
    async fn hangs(tracker: Shared, probe: Arc<()>) {
        std::future::pending::<()>().await;
        drop(probe);
    }

    let tracker = shared(1, 2);
    let probe = Arc::new(());
    let finished = waits(tracker.clone(), Duration::from_secs(10));
    let aborted = hangs(tracker.clone(), probe.clone());
    let never_started = hangs(tracker.clone(), probe.clone());
    let start = Instant::now();
    let report = tracker.drain().await;
    assert_eq!(start.elapsed(), Duration::from_secs(20));
    assert_eq!(Arc::strong_count(&probe), 1, "every future has been dropped");
    assert_eq!(tracker.live(), 0);
    assert!(finished.await.is_ok());
    assert!(matches!(aborted.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
    assert!(matches!(never_started.await, Err(TaskError::Rejected(Rejected::Draining))));
    let counts = (report.finished(), report.aborted(), report.never_started(), report.stuck());
    assert_eq!(counts, (1, 1, 1, 0), "{report}");
    let ages: Vec<_> = report.stragglers().iter().map(|task| (task.fate(), task.age().as_secs())).collect();
    assert!(ages.contains(&(Fate::Aborted, 10)) && ages.contains(&(Fate::NeverStarted, 20)), "{report}");
    let line = report.stragglers()[0].site().line();
    assert_eq!(
        report.to_string(),
        format!(
            "shared: drained in 20s of 20s: 1 ended, 1 aborted, 1 never started\n  \
             aborted        1 × hangs (tests/tests/drain.rs:{line}), the oldest after 10s\n  \
             never started  1 × hangs (tests/tests/drain.rs:{line}), the oldest after 20s"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn all_callers_get_the_same_report() {
    let tracker = shared(1, 0);
    waits(tracker.clone(), Duration::from_secs(3));
    let (one, two, three) = tokio::join!(tracker.drain(), tracker.drain(), async {
        sleep(Duration::from_secs(1)).await;
        tracker.drain().await
    });
    let later = tracker.drain().await;
    for report in [&two, &three, &later] {
        assert_eq!(report.to_string(), one.to_string());
    }
    assert_eq!(one.finished(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_drain_leaves_the_tracker_closed_and_another_goes_on() {
    let tracker = shared(1, 0);
    let start = Instant::now();
    let call = waits(tracker.clone(), Duration::from_secs(3_600));
    assert!(tokio::time::timeout(Duration::from_secs(5), tracker.drain()).await.is_err());
    assert!(tracker.is_draining());
    assert!(matches!(waits(tracker.clone(), Duration::ZERO).admitted(), Err(Rejected::Draining)));
    let report = tracker.drain().await;
    assert!(matches!(call.await, Err(TaskError::TimedOut { .. })));
    assert_eq!(start.elapsed(), Duration::from_secs(19));
    assert_eq!(report.took(), Duration::from_secs(19));
}

#[test]
fn a_task_that_never_yields_is_reported_as_stuck() {
    static STUCK: Tracker<1> = Tracker::bounded("stuck", 2).drain_budget::<1>();

    #[detached(timeout = "1s", track = STUCK)]
    async fn spins(release: std::sync::mpsc::Receiver<()>) {
        // Blocks its thread, as a bug in a service does.
        let _ = release.recv();
    }

    let (release, blocked) = std::sync::mpsc::channel();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        spins(blocked);
        let report = STUCK.drain().await;
        assert_eq!(report.stuck(), 1, "{report}");
        let [straggler] = report.stragglers() else { panic!("{report}") };
        assert_eq!((straggler.site().name(), straggler.fate()), ("spins", Fate::Stuck));
        assert!(straggler.age() >= Duration::from_secs(1));
        assert!(report.to_string().contains("stuck          1 × spins (tests/tests/drain.rs:"), "{report}");
        release.send(()).unwrap();
        let again = STUCK.drain().await;
        assert_eq!(again.stuck(), 1, "the report stands");
    });
}

#[tokio::test(start_paused = true)]
async fn a_budget_beyond_all_time_is_a_budget() {
    static FOR_EVER: Tracker<{ u64::MAX }> = Tracker::bounded("for ever", 4).drain_budget::<{ u64::MAX }>();

    #[detached(timeout = "5s", track = FOR_EVER)]
    async fn waits_a_second() {
        sleep(Duration::from_secs(1)).await;
    }

    waits_a_second();
    let report = FOR_EVER.drain().await;
    assert!(report.is_clean() && report.finished() == 1);
}

#[test]
fn a_task_that_is_told_before_its_first_poll_has_the_whole_of_its_grace() {
    static LATE: Tracker<12> = Tracker::bounded("late", 1).drain_budget::<12>();

    #[detached(timeout = "1s", grace = "10s", track = LATE)]
    async fn comes_late() -> CancelCause {
        let cause = Context::current().cancelled().await;
        sleep(Duration::from_secs(5)).await;
        cause
    }

    let paused = || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    // Its own runtime is busy until the tasks have been told.
    let busy = paused();
    let late = {
        let _there = busy.enter();
        comes_late()
    };
    paused().block_on(async {
        let drain = tokio::spawn(LATE.drain());
        sleep(Duration::from_millis(2_500)).await;
        let ended = std::thread::spawn(move || busy.block_on(late)).join().unwrap();
        assert!(matches!(ended, Ok(CancelCause::Shutdown)), "{ended:?}");
        let report = drain.await.unwrap();
        assert_eq!(report.cancelled(), 1);
        assert!(report.to_string().ends_with(", and ended in the grace"), "{report}");
    });
}

#[tokio::test(start_paused = true)]
async fn nothing_of_the_queue_starts_once_the_tasks_have_been_told() {
    #[detached(timeout = "15s", grace = "5s", track = tracker)]
    async fn stays(tracker: Shared) {
        std::future::pending::<()>().await;
    }

    let tracker = shared(2, 1);
    stays(tracker.clone());
    // All are told at 15 s, and this one's place is free at 17 s.
    let first = waits(tracker.clone(), Duration::from_secs(17));
    let queued = waits(tracker.clone(), Duration::ZERO);
    let report = tracker.drain().await;
    assert_eq!(report.never_started(), 1, "{report}");
    assert!(first.await.is_ok());
    assert!(matches!(queued.await, Err(TaskError::Rejected(Rejected::Draining))));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_kept_during_a_drain_has_everybody_told_in_time_for_its_grace() {
    #[detached(timeout = "5s", grace = "10s", track = tracker)]
    async fn is_graceful(tracker: Shared) {
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "19s", track = tracker)]
    async fn calls_one(tracker: Shared, told: tokio::sync::oneshot::Sender<Instant>) {
        sleep(Duration::from_secs(3)).await;
        is_graceful(tracker.clone());
        Context::current().cancelled().await;
        told.send(Instant::now()).unwrap();
    }

    let tracker = shared(2, 0);
    let (told, told_at) = tokio::sync::oneshot::channel();
    calls_one(tracker.clone(), told);
    sleep(Duration::from_secs(2)).await;
    let start = Instant::now();
    let _report = tracker.drain().await;
    assert_eq!(told_at.await.unwrap() - start, Duration::from_secs(10));
}
