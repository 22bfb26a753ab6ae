//! A timeout limits every call, exactly; a grace follows it; queue time is in neither.

use std::time::Duration;

use outlive::{CancelCause, Context, TaskError, Tracker, detached};
use outlive_tests::Turn;
use tokio::time::{Instant, sleep};

static CLOCK: Tracker = Tracker::unbounded("clock");

#[detached(timeout = "5s", track = CLOCK)]
async fn waits(for_: Duration) -> Duration {
    sleep(for_).await;
    for_
}

#[detached(timeout = "5s", grace = "500ms", track = CLOCK)]
async fn ignores_its_grace() {
    std::future::pending::<()>().await;
}

#[detached(timeout = "5s", grace = "500ms", track = CLOCK)]
async fn uses_its_grace(takes: Duration) -> CancelCause {
    let cause = Context::current().cancelled().await;
    sleep(takes).await;
    cause
}

#[detached(timeout = "5s", grace = "500ms", track = CLOCK)]
async fn fails_in_its_grace() -> Result<(), &'static str> {
    Context::current().cancelled().await;
    Err("half done")
}

#[tokio::test(start_paused = true)]
async fn a_task_without_grace_is_dropped_at_exactly_its_timeout() {
    let start = Instant::now();
    let error = waits(Duration::from_secs(60)).await.unwrap_err();
    assert!(matches!(error, TaskError::TimedOut { timeout, grace, .. } if timeout.as_secs() == 5 && grace.is_zero()));
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    assert!(error.to_string().starts_with("timed out after 5s: `waits` ("), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_task_with_grace_is_dropped_at_exactly_timeout_plus_grace() {
    let start = Instant::now();
    let error = ignores_its_grace().await.unwrap_err();
    assert!(matches!(error, TaskError::TimedOut { .. }));
    assert_eq!(start.elapsed(), Duration::from_millis(5_500));
    let shown = error.to_string();
    assert!(shown.starts_with("timed out after 5s and a grace of 500ms: `ignores_its_grace` ("), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_task_is_told_at_its_timeout_and_what_it_returns_in_its_grace_counts() {
    let _turn = Turn::take();
    let start = Instant::now();
    let handle = uses_its_grace(Duration::from_millis(400));
    let site = handle.site();
    let before = site.counts();
    assert!(matches!(handle.await, Ok(CancelCause::Timeout)));
    assert_eq!(start.elapsed(), Duration::from_millis(5_400));
    assert_eq!(site.counts().completed, before.completed + 1);
    assert_eq!(site.counts().timed_out, before.timed_out);
}

#[tokio::test(start_paused = true)]
async fn a_grace_that_is_not_enough_ends_at_its_end() {
    let _turn = Turn::take();
    let start = Instant::now();
    let handle = uses_its_grace(Duration::from_millis(501));
    assert!(matches!(handle.await, Err(TaskError::TimedOut { .. })));
    assert_eq!(start.elapsed(), Duration::from_millis(5_500));
}

#[tokio::test(start_paused = true)]
async fn an_err_returned_in_the_grace_is_the_tasks_own() {
    let handle = fails_in_its_grace();
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), Err("half done"));
    let counts = site.counts();
    assert_eq!((counts.failed, counts.timed_out), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_done_at_its_deadline_is_done() {
    let done = waits(Duration::from_secs(5)).await;
    assert_eq!(done.unwrap(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn the_timeout_counts_from_the_first_poll_that_waits() {
    let start = Instant::now();
    let handle = waits(Duration::from_secs(60));
    // Spawned, and not polled: this thread goes on.
    tokio::time::advance(Duration::from_secs(3)).await;
    let before_first_poll = start.elapsed();
    assert!(handle.await.is_err());
    assert!(start.elapsed() <= before_first_poll + Duration::from_secs(5));
    assert!(start.elapsed() >= Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn time_in_the_queue_is_not_in_the_timeout() {
    static ONE: Tracker = Tracker::bounded("one", 1).queue(1);

    #[detached(timeout = "4s", track = ONE)]
    async fn takes_three() {
        sleep(Duration::from_secs(3)).await;
    }

    let start = Instant::now();
    let first = takes_three();
    let second = takes_three();
    assert!(first.await.is_ok());
    assert!(second.await.is_ok(), "three seconds in the queue and three of running are not a timeout of four");
    assert_eq!(start.elapsed(), Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn the_context_of_a_task_knows_its_deadline() {
    #[detached(timeout = "5s", track = CLOCK)]
    async fn deadline() -> Option<Instant> {
        let first = Context::current().deadline();
        sleep(Duration::from_secs(1)).await;
        assert_eq!(Context::current().deadline(), first);
        first
    }
    let start = Instant::now();
    assert_eq!(deadline().await.unwrap(), Some(start + Duration::from_secs(5)));
}

#[tokio::test(start_paused = true)]
async fn a_run_time_timeout_is_clamped_to_its_maximum() {
    #[detached(timeout = wanted, max_timeout = "10s", track = CLOCK)]
    async fn waits_at_most(wanted: Duration) {
        assert!(!wanted.is_zero());
        std::future::pending::<()>().await;
    }
    for (wanted, limit) in [(2, 2), (10, 10), (3_600, 10)] {
        let start = Instant::now();
        assert!(waits_at_most(Duration::from_secs(wanted)).await.is_err());
        assert_eq!(start.elapsed(), Duration::from_secs(limit));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_lets_its_poll_budget_end_still_times_out() {
    #[detached(timeout = "1s", track = CLOCK)]
    async fn busy() {
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        sender.send(()).unwrap();
        while receiver.recv().await.is_some() {
            sender.send(()).unwrap();
            tokio::time::advance(Duration::from_millis(1)).await;
        }
    }
    assert!(matches!(busy().await, Err(TaskError::TimedOut { .. })));
}

static AGES: Tracker<{ u64::MAX }> = Tracker::unbounded("ages").drain_budget();

#[detached(timeout = Duration::from_secs(u64::MAX), track = AGES)]
async fn for_ever() -> u8 {
    sleep(Duration::from_secs(86_400)).await;
    7
}

#[tokio::test(start_paused = true)]
async fn a_timeout_that_no_clock_reaches_ends_nobody() {
    let (first, second) = (for_ever(), for_ever());
    assert!(matches!((first.await, second.await), (Ok(7), Ok(7))));
}
