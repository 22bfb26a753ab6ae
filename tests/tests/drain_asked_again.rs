//! A drain that is dropped and called again goes on with what is left: also with what is left of the second for those who
//! do not come to an await. So whoever looks every so often how far it is comes to its end.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use outlive::{Tracker, detached};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Instant, sleep, timeout};

#[detached(timeout = "5s", track = tracker, on = runtime)]
async fn blocks(tracker: Arc<Tracker>, runtime: Handle, inside: mpsc::Sender<()>, release: mpsc::Receiver<()>) {
    inside.send(()).unwrap();
    let _ = release.recv();
}

/// A task that blocks the worker of a runtime of its own, until the sender is dropped.
fn stuck() -> (Arc<Tracker>, mpsc::Sender<()>, Runtime) {
    let tracker = Arc::new(Tracker::bounded("asked", 1));
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let ((inside, is_inside), (release, released)) = (mpsc::channel(), mpsc::channel());
    drop(blocks(Arc::clone(&tracker), runtime.handle().clone(), inside, released));
    is_inside.recv().unwrap();
    (tracker, release, runtime)
}

#[tokio::test(start_paused = true)]
async fn a_drain_that_is_asked_for_every_half_second_comes_to_its_end() {
    let (tracker, release, runtime) = stuck();
    let start = Instant::now();
    let mut report = None;
    for _ in 0..100 {
        if let Ok(ended) = timeout(Duration::from_millis(500), tracker.drain()).await {
            report = Some(ended);
            break;
        }
    }
    drop(release);
    runtime.shutdown_background();
    let report = report.expect("20 s of budget and one more, in steps of half a second");
    assert_eq!((report.stuck(), start.elapsed()), (1, Duration::from_secs(21)), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_drain_that_is_called_again_after_all_its_time_reports_at_once() {
    let (tracker, release, runtime) = stuck();
    timeout(Duration::from_millis(20_500), tracker.drain()).await.unwrap_err();
    sleep(Duration::from_secs(10)).await;
    let start = Instant::now();
    let report = tracker.drain().await;
    drop(release);
    runtime.shutdown_background();
    assert_eq!((report.stuck(), start.elapsed()), (1, Duration::ZERO), "{report}");
}
