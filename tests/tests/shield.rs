//! An abort waits for a shielded section, up to the grace.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Waker;
use std::time::Duration;

use outlive::{CancelCause, Context, TaskError, Tracker, detached, shield};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

static LEDGER: Tracker = Tracker::bounded("ledger", 64);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// How far a body has come.
type Steps = Arc<AtomicUsize>;

/// One step before its section, one at the section's end, one after it, one after the next await.
#[detached(timeout = "10s", grace = "2s", track = LEDGER)]
async fn books(steps: Steps, section: Duration) {
    steps.store(1, SeqCst);
    shield(async {
        sleep(section).await;
        steps.store(2, SeqCst);
    })
    .await;
    steps.store(3, SeqCst);
    sleep(seconds(1)).await;
    steps.store(4, SeqCst);
}

fn is_requested<T>(result: &Result<T, TaskError>) -> bool {
    matches!(result, Err(TaskError::Cancelled(CancelCause::Requested)))
}

#[tokio::test(start_paused = true)]
async fn an_abort_waits_for_the_section_and_drops_the_task_at_the_next_await() {
    let (start, steps) = (Instant::now(), Steps::default());
    let handle = books(steps.clone(), seconds(4));
    sleep(seconds(3)).await;
    handle.abort(CancelCause::Requested);
    assert!(is_requested(&handle.await));
    assert_eq!((start.elapsed(), steps.load(SeqCst)), (seconds(4), 3));
}

#[tokio::test(start_paused = true)]
async fn an_abort_waits_no_longer_than_the_grace() {
    let (start, steps) = (Instant::now(), Steps::default());
    let handle = books(steps.clone(), seconds(9));
    sleep(seconds(3)).await;
    handle.abort(CancelCause::Requested);
    assert!(is_requested(&handle.await));
    assert_eq!((start.elapsed(), steps.load(SeqCst)), (seconds(5), 1));
}

#[tokio::test(start_paused = true)]
async fn the_whole_grace_is_the_sections_also_shortly_before_the_timeout() {
    let (start, steps) = (Instant::now(), Steps::default());
    let handle = books(steps.clone(), seconds(11));
    sleep(Duration::from_millis(9_500)).await;
    handle.abort(CancelCause::Requested);
    assert!(is_requested(&handle.await));
    assert_eq!((start.elapsed(), steps.load(SeqCst)), (seconds(11), 3));
}

#[tokio::test(start_paused = true)]
async fn an_abort_within_the_grace_does_not_make_it_longer() {
    let (start, steps) = (Instant::now(), Steps::default());
    let handle = books(steps.clone(), seconds(60));
    sleep(seconds(11)).await;
    handle.abort(CancelCause::Requested);
    assert!(is_requested(&handle.await));
    assert_eq!((start.elapsed(), steps.load(SeqCst)), (seconds(12), 1));
}

#[tokio::test(start_paused = true)]
async fn without_a_grace_an_abort_does_not_wait() {
    #[detached(timeout = "10s", track = LEDGER)]
    async fn books() {
        shield(sleep(seconds(4))).await;
    }

    let start = Instant::now();
    let handle = books();
    sleep(seconds(1)).await;
    handle.abort(CancelCause::Requested);
    assert!(is_requested(&handle.await));
    assert_eq!(start.elapsed(), seconds(1));
}

#[tokio::test(start_paused = true)]
async fn outside_a_section_an_abort_does_not_wait_for_the_grace() {
    let (start, steps) = (Instant::now(), Steps::default());
    let handle = books(steps.clone(), seconds(1));
    sleep(Duration::from_millis(1_500)).await;
    handle.abort(CancelCause::Requested);
    assert!(is_requested(&handle.await));
    assert_eq!((start.elapsed(), steps.load(SeqCst)), (Duration::from_millis(1_500), 3));
}

#[tokio::test(start_paused = true)]
async fn the_section_is_told_at_once_that_its_task_is_to_stop() {
    #[detached(timeout = "10s", grace = "2s", track = LEDGER)]
    async fn listens() -> (CancelCause, Instant) {
        shield(async { (Context::current().cancelled().await, Instant::now()) }).await
    }

    let start = Instant::now();
    let handle = listens();
    sleep(seconds(3)).await;
    handle.abort(CancelCause::Requested);
    let (cause, at) = handle.await.expect("what a task returns within its grace counts");
    assert!(matches!(cause, CancelCause::Requested));
    assert_eq!(at - start, seconds(3));
}

#[tokio::test(start_paused = true)]
async fn without_a_section_or_without_a_grace_an_abort_does_not_tell_first() {
    #[detached(timeout = "10s", grace = "2s", track = LEDGER)]
    async fn no_section() -> CancelCause {
        Context::current().cancelled().await
    }

    #[detached(timeout = "10s", track = LEDGER)]
    async fn no_grace() -> CancelCause {
        shield(async { Context::current().cancelled().await }).await
    }

    for handle in [no_section(), no_grace()] {
        sleep(seconds(1)).await;
        handle.abort(CancelCause::Requested);
        let ended = handle.await;
        assert!(is_requested(&ended), "{ended:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_ends_with_its_section_has_its_value() {
    #[detached(timeout = "10s", grace = "2s", track = LEDGER)]
    async fn books() -> &'static str {
        shield(sleep(seconds(4))).await;
        "booked"
    }

    let handle = books();
    sleep(seconds(3)).await;
    handle.abort(CancelCause::Requested);
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), "booked");
    assert_eq!((site.counts().completed, site.counts().cancelled), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn the_cause_of_the_first_abort_stands_while_the_section_goes_on() {
    let (start, steps) = (Instant::now(), Steps::default());
    let handle = books(steps.clone(), seconds(4));
    sleep(seconds(3)).await;
    handle.abort(CancelCause::Requested);
    sleep(Duration::from_millis(500)).await;
    handle.abort(CancelCause::OwnerDropped);
    let ended = handle.await;
    assert!(is_requested(&ended), "{ended:?}");
    assert_eq!((start.elapsed(), steps.load(SeqCst)), (seconds(4), 3));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_inner_section_is_not_the_end_of_the_outer_one() {
    #[detached(timeout = "10s", grace = "5s", track = LEDGER)]
    async fn books(steps: Steps) {
        shield(async {
            shield(sleep(seconds(1))).await;
            steps.store(1, SeqCst);
            sleep(seconds(2)).await;
            steps.store(2, SeqCst);
        })
        .await;
        sleep(seconds(1)).await;
        steps.store(3, SeqCst);
    }

    for abort_after in [Duration::from_millis(500), Duration::from_millis(1_500)] {
        let (start, steps) = (Instant::now(), Steps::default());
        let handle = books(steps.clone());
        sleep(abort_after).await;
        handle.abort(CancelCause::Requested);
        assert!(is_requested(&handle.await));
        assert_eq!((start.elapsed(), steps.load(SeqCst)), (seconds(3), 2));
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_sections_side_by_side_the_longer_one_counts() {
    #[detached(timeout = "10s", grace = "5s", track = LEDGER)]
    async fn books() {
        tokio::join!(shield(sleep(seconds(1))), shield(sleep(seconds(3))));
        sleep(seconds(1)).await;
    }

    let start = Instant::now();
    let handle = books();
    sleep(Duration::from_millis(500)).await;
    handle.abort(CancelCause::Requested);
    assert!(is_requested(&handle.await));
    assert_eq!(start.elapsed(), seconds(3));
}

#[tokio::test(start_paused = true)]
async fn a_section_that_is_dropped_on_the_way_shields_no_longer() {
    #[detached(timeout = "10s", grace = "5s", track = LEDGER)]
    async fn gives_up() {
        assert!(timeout(seconds(2), shield(sleep(seconds(60)))).await.is_err());
        sleep(seconds(5)).await;
    }

    // After the section was dropped, and before it.
    for (abort_after, ends_after) in [(3, 3), (1, 2)] {
        let start = Instant::now();
        let handle = gives_up();
        sleep(seconds(abort_after)).await;
        handle.abort(CancelCause::Requested);
        assert!(is_requested(&handle.await));
        assert_eq!(start.elapsed(), seconds(ends_after));
    }
}

#[tokio::test(start_paused = true)]
async fn a_section_that_was_never_polled_shields_nothing() {
    #[detached(timeout = "10s", grace = "5s", track = LEDGER)]
    async fn hesitates() {
        let section = shield(sleep(seconds(60)));
        sleep(seconds(5)).await;
        drop(section);
    }

    let start = Instant::now();
    let handle = hesitates();
    sleep(seconds(1)).await;
    handle.abort(CancelCause::Requested);
    assert!(is_requested(&handle.await));
    assert_eq!(start.elapsed(), seconds(1));
}

#[tokio::test(start_paused = true)]
async fn outside_a_task_a_section_is_just_awaited() {
    let start = Instant::now();
    assert_eq!(shield(async { "here" }).await, "here");
    let spawned = tokio::spawn(shield(async {
        sleep(seconds(2)).await;
        "there"
    }));
    assert_eq!(spawned.await.unwrap(), "there");
    assert_eq!(start.elapsed(), seconds(2));
}

#[tokio::test(start_paused = true)]
async fn a_section_that_takes_too_long_ends_with_timeout_and_grace() {
    let (start, steps) = (Instant::now(), Steps::default());
    let handle = books(steps.clone(), seconds(60));
    assert!(matches!(handle.await, Err(TaskError::TimedOut { .. })));
    assert_eq!((start.elapsed(), steps.load(SeqCst)), (seconds(12), 1));
}

#[tokio::test(start_paused = true)]
async fn a_section_ends_with_the_budget_of_a_drain_also_where_an_abort_has_told_it() {
    type Short = Arc<Tracker<12>>;

    #[detached(timeout = "10s", grace = "2s", track = tracker)]
    async fn books(tracker: Short, section: Duration) {
        let _keep = tracker;
        shield(sleep(section)).await;
    }

    for abort in [false, true] {
        let tracker: Short = Arc::new(Tracker::bounded("short", 1).queue(1).drain_budget());
        let start = Instant::now();
        let short = books(tracker.clone(), seconds(9));
        let long = books(tracker.clone(), seconds(60));
        let (report, ()) = tokio::join!(tracker.drain(), async {
            sleep(seconds(11)).await;
            if abort {
                long.abort(CancelCause::Requested);
            }
        });
        assert_eq!(start.elapsed(), seconds(12));
        assert_eq!((report.finished(), report.aborted()), (1, 1), "{report}");
        short.await.unwrap();
        let ended = long.await;
        if abort {
            assert!(is_requested(&ended), "{ended:?}");
        } else {
            assert!(matches!(ended, Err(TaskError::Cancelled(CancelCause::Shutdown))));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_section_that_moves_to_another_task_shields_neither() {
    type Moved = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

    #[detached(timeout = "9s", grace = "2s", track = LEDGER)]
    async fn begins(to: tokio::sync::oneshot::Sender<Moved>) {
        let mut section: Moved = Box::pin(shield(std::future::pending()));
        std::future::poll_fn(|cx| {
            assert!(section.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        to.send(section).ok();
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "9s", grace = "2s", track = LEDGER)]
    async fn drops_it_in_a_section_of_its_own(section: Moved, done: Steps) {
        shield(async move {
            drop(section);
            sleep(seconds(1)).await;
            done.store(1, SeqCst);
        })
        .await;
        std::future::pending::<()>().await;
    }

    let (to, section) = tokio::sync::oneshot::channel();
    let _first = begins(to);
    let done = Steps::default();
    let second = drops_it_in_a_section_of_its_own(section.await.unwrap(), done.clone());
    sleep(Duration::from_millis(500)).await;
    second.abort(CancelCause::Requested);
    assert!(second.await.is_err());
    assert_eq!(done.load(SeqCst), 1, "its own section was cut in two");
}

#[detached(timeout = "10s", grace = "5s", track = LEDGER)]
async fn has_booked(done: oneshot::Sender<()>) {
    let mut section = Box::pin(shield(std::future::ready(())));
    // Polled by an executor of its own, which wakes nobody any more.
    assert!(section.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop())).is_ready());
    drop(section);
    done.send(()).unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn after_a_section_an_abort_asks_nobody() {
    let (done, booked) = oneshot::channel();
    let task = has_booked(done);
    booked.await.unwrap();
    let start = Instant::now();
    task.abort(CancelCause::Requested);
    assert!(is_requested(&task.await));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[detached(timeout = "10s", grace = "2s", track = LEDGER)]
async fn looks_first(steps: Steps) {
    let mut section = Box::pin(shield(std::future::pending::<()>()));
    // As `now_or_never` polls it: who is to be woken later is somebody else.
    assert!(section.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop())).is_pending());
    tokio::select! {
        () = section => {}
        _ = async { Context::current().cancelled().await } => steps.store(1, SeqCst),
    }
}

#[tokio::test(start_paused = true)]
async fn a_section_that_was_polled_by_another_waker_first_is_told_at_once() {
    let steps = Steps::default();
    let task = looks_first(steps.clone());
    sleep(seconds(1)).await;
    let start = Instant::now();
    task.abort(CancelCause::Requested);
    drop(task.await);
    assert_eq!((start.elapsed(), steps.load(SeqCst)), (Duration::ZERO, 1));
}
