//! A body that is done at its deadline is done: also one that waits for its own cancellation, and has no grace. Whoever polls
//! `cancelled()` when `is_cancelled()` says so finds it ready.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use outlive::{CancelCause, Context, Tracker, detached};
use tokio::time::sleep;

static TRACKER: Tracker = Tracker::unbounded("without a grace");

#[detached(timeout = "1s", track = TRACKER)]
async fn gives_up() -> CancelCause {
    let context = Context::current();
    tokio::select! {
        cause = context.cancelled() => cause,
        () = sleep(Duration::from_secs(9)) => unreachable!(),
    }
}

#[detached(timeout = "1s", track = TRACKER)]
async fn compares() -> (bool, bool) {
    let context = Context::current();
    let mut cancelled = pin!(context.cancelled());
    poll_fn(|cx| {
        let is_ready = cancelled.as_mut().poll(cx).is_ready();
        let is_cancelled = context.is_cancelled();
        if is_ready || is_cancelled { Poll::Ready((is_ready, is_cancelled)) } else { Poll::Pending }
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_body_that_listens_ends_by_itself_at_its_deadline() {
    let ended: Vec<_> = (0..300).map(|_| gives_up()).collect();
    for ended in ended {
        let ended = ended.await;
        assert!(matches!(ended, Ok(CancelCause::Timeout)), "{ended:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_cancelled_is_told() {
    assert_eq!(compares().await.unwrap(), (true, true));
}
