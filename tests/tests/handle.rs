//! A handle waits for its task, goes it, or lets it go.

use std::marker::PhantomPinned;
use std::sync::Arc;
use std::time::Duration;

use outlive::{
    AbortOnDrop, CancelCause, Context, Reason, Rejected, TaskError, TaskHandle, Tracker, Unfinished, detached,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, interval, sleep};

static HANDLES: Tracker = Tracker::bounded("handles", 64);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Says where it is, and ends only if it is let.
#[detached(timeout = "5s", track = HANDLES)]
async fn reports(steps: mpsc::UnboundedSender<&'static str>, go: oneshot::Receiver<()>) -> &'static str {
    steps.send("started").unwrap();
    let _ = go.await;
    steps.send("went on").unwrap();
    "done"
}

#[tokio::test(start_paused = true)]
async fn dropping_the_handle_leaves_the_task_running() {
    let (steps, mut seen) = mpsc::unbounded_channel();
    let (go, goes) = oneshot::channel();
    drop(reports(steps, goes));
    assert_eq!(seen.recv().await, Some("started"));
    go.send(()).unwrap();
    assert_eq!(seen.recv().await, Some("went on"));
    assert_eq!(seen.recv().await, None);
}

#[tokio::test(start_paused = true)]
async fn dropping_a_handle_that_has_been_waited_on_leaves_the_task_running() {
    let (steps, mut seen) = mpsc::unbounded_channel();
    let (go, goes) = oneshot::channel();
    assert!(tokio::time::timeout(seconds(1), reports(steps, goes)).await.is_err());
    go.send(()).unwrap();
    assert_eq!(seen.recv().await, Some("started"));
    assert_eq!(seen.recv().await, Some("went on"));
}

#[tokio::test(start_paused = true)]
async fn abort_drops_the_future_where_it_waits_and_gives_its_cause() {
    #[detached(timeout = "5s", track = HANDLES)]
    async fn hangs(_probe: Arc<()>) {
        std::future::pending::<()>().await;
    }

    let (start, probe) = (Instant::now(), Arc::new(()));
    let handle = hangs(probe.clone());
    tokio::task::yield_now().await;
    let site = handle.site();
    handle.abort(CancelCause::Other(Arc::new(Rejected::OwnerGone)));
    let error = handle.await.unwrap_err();
    assert!(matches!(&error, TaskError::Cancelled(CancelCause::Other(_))));
    assert_eq!(error.to_string(), "aborted: refused: the service has no owner left");
    assert_eq!((start.elapsed(), Arc::strong_count(&probe)), (Duration::ZERO, 1));
    assert_eq!((site.counts().cancelled, site.counts().live), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn abort_does_not_need_the_handle_to_be_awaited() {
    let (steps, mut seen) = mpsc::unbounded_channel();
    let (_go, goes) = oneshot::channel();
    let handle = reports(steps, goes);
    assert_eq!(seen.recv().await, Some("started"));
    handle.abort(CancelCause::Requested);
    drop(handle);
    assert_eq!(seen.recv().await, None, "the future has been dropped, with the sender in it");
}

#[tokio::test(start_paused = true)]
async fn abort_before_the_first_poll_lets_the_body_no_further_than_its_first_await() {
    let (steps, mut seen) = mpsc::unbounded_channel();
    let (go, goes) = oneshot::channel();
    let handle = reports(steps, goes);
    handle.abort(CancelCause::Requested);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Requested))));
    assert!(go.send(()).is_err(), "nobody waits for it any more");
    while let Some(step) = seen.recv().await {
        assert_ne!(step, "went on");
    }
}

#[tokio::test(start_paused = true)]
async fn abort_of_a_task_that_has_ended_changes_nothing() {
    #[detached(timeout = "5s", track = HANDLES)]
    async fn answers() -> u32 {
        42
    }

    let handle = answers();
    tokio::task::yield_now().await;
    assert!(handle.is_finished());
    let counts = handle.site().counts();
    assert_eq!(counts.completed, 1);
    handle.abort(CancelCause::Requested);
    // Its place has a new task, which the old handle does not reach.
    let next = answers();
    handle.abort(CancelCause::Requested);
    assert_eq!(next.await.unwrap(), 42);
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), 42);
    assert_eq!((site.counts().completed, site.counts().cancelled), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn abort_of_a_refused_call_changes_nothing() {
    static ONE: Tracker = Tracker::bounded("one", 1);

    #[detached(timeout = "5s", track = ONE)]
    async fn waits() {
        sleep(seconds(1)).await;
    }

    let running = waits();
    let refused = waits();
    refused.abort(CancelCause::Requested);
    assert!(matches!(refused.await, Err(TaskError::Rejected(Rejected::Full))));
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_cause_of_the_first_abort_stands() {
    let (steps, _seen) = mpsc::unbounded_channel();
    let (_go, goes) = oneshot::channel();
    let handle = reports(steps, goes);
    tokio::task::yield_now().await;
    handle.abort(CancelCause::OwnerDropped);
    handle.abort(CancelCause::Requested);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::OwnerDropped))));
}

#[tokio::test(start_paused = true)]
async fn what_a_task_has_started_learns_from_its_context_how_the_task_ended() {
    #[detached(timeout = "5s", track = HANDLES)]
    async fn shares(context: oneshot::Sender<Context>, ends: bool) {
        assert!(context.send(Context::current()).is_ok());
        if !ends {
            std::future::pending::<()>().await;
        }
    }

    for (how, expected) in [
        ("returns", "the other side has gone away: its source, group or handle was dropped"),
        ("times out", "timed out"),
        ("is aborted", "on request"),
    ] {
        let (context, shared) = oneshot::channel();
        let handle = shares(context, how == "returns");
        let context = shared.await.unwrap();
        if how == "is aborted" {
            handle.abort(CancelCause::Requested);
        }
        drop(handle.await);
        assert_eq!(context.cause().expect("it has ended").to_string(), expected, "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn abort_on_drop_ties_the_task_to_its_waiter() {
    fn tells(unfinished: Unfinished<(mpsc::UnboundedSender<String>,)>) {
        let ((ends,), reason) = unfinished.into_parts();
        assert!(matches!(reason, Reason::Cancelled(CancelCause::Disconnected)));
        ends.send(reason.to_string()).unwrap();
    }

    #[detached(timeout = "5s", track = HANDLES, unfinished = tells)]
    async fn hangs(ends: mpsc::UnboundedSender<String>) {
        let _ends = ends;
        std::future::pending::<()>().await;
    }

    let (ends, mut seen) = mpsc::unbounded_channel();
    let start = Instant::now();
    let mut tied = hangs(ends).abort_on_drop();
    assert!(tokio::time::timeout(seconds(1), &mut tied).await.is_err());
    drop(tied);
    assert_eq!(
        seen.recv().await.as_deref(),
        Some("aborted: the other side has gone away: its source, group or handle was dropped")
    );
    assert_eq!(seen.recv().await, None);
    assert_eq!(start.elapsed(), seconds(1));
}

#[tokio::test(start_paused = true)]
async fn abort_on_drop_gives_the_value_to_a_waiter_that_stays() {
    let (steps, _seen) = mpsc::unbounded_channel();
    let (go, goes) = oneshot::channel();
    let tied = reports(steps, goes).abort_on_drop();
    go.send(()).unwrap();
    assert_eq!(tied.await.unwrap(), "done");
}

#[tokio::test(start_paused = true)]
async fn a_handle_knows_whether_its_task_has_ended() {
    let (steps, mut seen) = mpsc::unbounded_channel();
    let (go, goes) = oneshot::channel();
    let handle = reports(steps, goes);
    assert!(!handle.is_finished());
    assert_eq!(seen.recv().await, Some("started"));
    assert!(!handle.is_finished());
    assert_eq!(format!("{handle:?}"), r#"TaskHandle { task: "reports", is_finished: false, .. }"#);
    go.send(()).unwrap();
    assert_eq!(seen.recv().await, Some("went on"));
    assert_eq!(seen.recv().await, None);
    assert!(handle.is_finished());
    assert_eq!(handle.await.unwrap(), "done");
}

#[tokio::test(start_paused = true)]
async fn admitted_gives_back_the_handle_of_a_call_that_was_let_in() {
    let (steps, _seen) = mpsc::unbounded_channel();
    let (go, goes) = oneshot::channel();
    let handle = reports(steps, goes).admitted().expect("the tracker has room");
    assert_eq!(handle.site().name(), "reports");
    go.send(()).unwrap();
    assert_eq!(handle.await.unwrap(), "done");
}

#[tokio::test(start_paused = true)]
async fn a_select_over_a_borrowed_handle_loses_nothing() {
    #[detached(timeout = "5s", track = HANDLES)]
    async fn answers() -> String {
        sleep(Duration::from_millis(3_500)).await;
        "all of it".to_owned()
    }

    let mut handle = answers();
    let mut clock = interval(seconds(1));
    let mut ticks = 0;
    let answer = loop {
        tokio::select! {
            answer = &mut handle => break answer,
            _ = clock.tick() => ticks += 1,
        }
    };
    assert_eq!((answer.unwrap().as_str(), ticks), ("all of it", 4));
}

#[tokio::test(start_paused = true)]
async fn several_handles_are_waited_for_together() {
    #[detached(timeout = "5s", track = HANDLES)]
    async fn after(time: Duration) -> Duration {
        sleep(time).await;
        time
    }

    let start = Instant::now();
    let (long, short) = tokio::join!(after(seconds(3)), after(seconds(1)));
    assert_eq!((long.unwrap(), short.unwrap()), (seconds(3), seconds(1)));
    assert_eq!(start.elapsed(), seconds(3));
}

#[test]
fn a_handle_can_be_moved_between_polls_and_between_threads_whatever_its_task_gives() {
    fn moves<T: Unpin + Send>() {}
    moves::<TaskHandle<PhantomPinned>>();
    moves::<AbortOnDrop<PhantomPinned>>();
}
