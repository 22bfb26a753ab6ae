//! A panic of a destructor ends nothing else: also where a thread gives its value when its task has gone, and so drops the
//! value, and with it what it holds of the caller's context.

use std::sync::mpsc;
use std::time::Duration;

use outlive::{Context, TaskError, Tracker, detached};

static TRACKER: Tracker = Tracker::bounded("late", 2);

struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("{}", self.0);
    }
}

#[detached(timeout = "50ms", track = TRACKER, blocking)]
fn gives_a_bomb(release: mpsc::Receiver<()>) -> Bomb {
    let _ = release.recv();
    Bomb("the value")
}

/// The process is killed where two panic at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_value_and_the_context_may_both_panic() {
    let (release, released) = mpsc::channel();
    let handle =
        Context::root().with(Bomb("the context")).scope(async move { gives_a_bomb(released).admitted() }).await;
    let handle = handle.unwrap().unwrap();
    assert!(matches!(handle.await, Err(TaskError::TimedOut { .. })));
    assert_eq!(TRACKER.live(), 1, "its thread");
    drop(release);
    while TRACKER.live() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
