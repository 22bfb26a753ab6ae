//! A body that waits for its own cancellation in a nested `block_on` is told of its deadline, as anybody else is who waits
//! for that context: nobody polls its task in the meantime.

use std::sync::mpsc;
use std::time::Duration;

use outlive::{CancelCause, Context, Tracker, detached};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::block_in_place;

/// For what would hang for ever.
const HANGS: Duration = Duration::from_secs(20);

static TRACKER: Tracker = Tracker::unbounded("nested");

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[detached(timeout = "50ms", grace = "10s", track = TRACKER)]
async fn waits_in_place(told: mpsc::Sender<CancelCause>) {
    let context = Context::current();
    let cause = block_in_place(|| Handle::current().block_on(context.cancelled()));
    let _ = told.send(cause);
}

#[detached(timeout = "50ms", track = TRACKER)]
async fn waits_in_place_after_an_await(told: mpsc::Sender<CancelCause>) {
    let context = Context::current();
    tokio::task::yield_now().await;
    let cause = block_in_place(|| Handle::current().block_on(context.cancelled()));
    let _ = told.send(cause);
}

fn is_told(call: impl FnOnce(mpsc::Sender<CancelCause>)) {
    let (told, cause) = mpsc::channel();
    let runtime = runtime();
    runtime.block_on(async { call(told) });
    let cause = cause.recv_timeout(HANGS);
    runtime.shutdown_background();
    assert!(matches!(cause, Ok(CancelCause::Timeout)), "{cause:?}");
}

#[test]
fn a_nested_block_on_in_the_first_poll_sees_the_deadline() {
    is_told(|told| drop(waits_in_place(told)));
}

#[test]
fn a_nested_block_on_after_an_await_sees_the_deadline() {
    is_told(|told| drop(waits_in_place_after_an_await(told)));
}
