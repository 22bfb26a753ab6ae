//! Nothing of a function's timeouts outlives the last of its tasks: a runtime that goes down just as many are due is let go,
//! and its queue is the next runtime's.

use std::future::pending;
use std::sync::{Arc, Weak};
use std::time::Duration;

use outlive::{Tracker, detached};
use tokio::runtime::Builder;
use tokio::time::{advance, sleep};

static TRACKER: Tracker = Tracker::unbounded("let go");

#[detached(timeout = "5s", track = TRACKER)]
async fn hangs() {
    pending::<()>().await;
}

/// Drops a runtime at the moment when the time of `number` tasks is over. What is gone when the runtime is.
fn ends_when_due(number: usize) -> Weak<()> {
    let of_the_runtime = Arc::new(());
    let gone = Arc::downgrade(&of_the_runtime);
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .on_thread_park(move || {
            let _: &Arc<()> = &of_the_runtime;
        })
        .build()
        .unwrap();
    runtime.block_on(async {
        for _ in 0..number {
            drop(hangs());
        }
        tokio::task::yield_now().await;
        sleep(Duration::from_millis(1)).await;
        advance(Duration::from_millis(4_998)).await;
        sleep(Duration::from_millis(1)).await;
    });
    drop(runtime);
    gone
}

#[test]
fn a_runtime_that_goes_down_with_many_who_are_due_is_let_go() {
    for number in [1, 127, 128, 129, 255, 256, 257, 300] {
        let gone = ends_when_due(number);
        assert!(gone.upgrade().is_none(), "with {number} tasks");
        assert_eq!(TRACKER.live(), 0);
    }
}
