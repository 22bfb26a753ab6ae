//! The one timer of a function's timeouts rings for each of its tasks, whatever happens to the runtimes that they are on.

use std::future::pending;
use std::sync::mpsc;
use std::time::Duration;

use outlive::{TaskError, TaskHandle, Tracker, detached};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{self, Instant, sleep};

static TRACKER: Tracker = Tracker::unbounded("alarms");
const GUARD: Duration = Duration::from_secs(30);

fn runtime(workers: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(workers).enable_all().build().unwrap()
}

#[detached(timeout = "30ms", track = TRACKER, on = runtime)]
async fn hangs(runtime: Handle, ends_after: Option<Duration>) {
    match ends_after {
        Some(after) => sleep(after).await,
        None => pending().await,
    }
}

async fn all_end(handles: Vec<TaskHandle<()>>) -> usize {
    let mut timed_out = 0;
    for handle in handles {
        match time::timeout(GUARD, handle).await.expect("its deadline has passed") {
            Ok(()) => {}
            Err(TaskError::TimedOut { .. }) => timed_out += 1,
            Err(other) => panic!("{other}"),
        }
    }
    timed_out
}

#[test]
fn many_on_several_runtimes_of_which_some_go_down_all_end() {
    let stays = runtime(2);
    for round in 0..20u64 {
        let (goes, blocked) = (runtime(1), runtime(2));
        let (release, released) = mpsc::channel::<()>();
        // One of its two workers is blocked all the time.
        blocked.spawn(async move { released.recv().unwrap_err() });
        let call = |on: &Runtime, number: u64| -> Vec<_> {
            let ends = |at: u64| (at % 3 == 0).then(|| Duration::from_millis(at % 40));
            (0..number).map(|at| hangs(on.handle().clone(), ends(at + round))).collect()
        };
        let first = call(&stays, 300);
        let lost = call(&goes, 257);
        let second = call(&blocked, 500);
        let third = call(&stays, 128);
        std::thread::sleep(Duration::from_millis(round * 3));
        goes.shutdown_background();
        let ended = stays.block_on(async { (all_end(first).await, all_end(second).await, all_end(third).await) });
        assert!(ended.0 >= 150 && ended.1 >= 250, "{ended:?}");
        stays.block_on(async {
            for handle in lost {
                let ended = time::timeout(GUARD, handle).await.expect("its runtime has gone");
                assert!(matches!(ended, Ok(()) | Err(TaskError::TimedOut { .. } | TaskError::Lost)), "{ended:?}");
            }
        });
        drop(release);
    }
    while TRACKER.live() > 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
}

static PAUSED: Tracker = Tracker::unbounded("paused");

#[detached(timeout = "10s", grace = "1s", track = PAUSED)]
async fn hangs_long() {
    pending::<()>().await;
}

#[tokio::test]
async fn a_clock_that_is_paused_and_resumed_in_the_middle_moves_the_deadlines_with_it() {
    let first = hangs_long();
    tokio::task::yield_now().await;
    time::pause();
    time::advance(Duration::from_secs(4)).await;
    let second = hangs_long();
    tokio::task::yield_now().await;
    time::resume();
    sleep(Duration::from_millis(2)).await;
    time::pause();
    let start = Instant::now();
    assert!(matches!(first.await, Err(TaskError::TimedOut { .. })));
    let at = start.elapsed();
    assert!(at > Duration::from_millis(6_900) && at <= Duration::from_secs(7), "{at:?}");
    assert!(matches!(second.await, Err(TaskError::TimedOut { .. })));
    let at = start.elapsed();
    assert!(at > Duration::from_millis(10_900) && at <= Duration::from_secs(11), "{at:?}");
    time::resume();
    time::timeout(Duration::from_millis(50), hangs_long()).await.unwrap_err();
    assert_eq!(PAUSED.live(), 1);
    let report = tokio::join!(PAUSED.drain(), async {
        sleep(Duration::from_millis(20)).await;
        time::pause();
    })
    .0;
    assert_eq!((report.finished(), report.stuck()), (1, 0), "{report}");
}
