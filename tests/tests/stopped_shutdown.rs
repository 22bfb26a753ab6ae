//! A report that is made while tasks end adds up: who was there when the drain began has finished, or is named.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use outlive::{CancelCause, Context, DrainReport, Rejected, TaskError, TaskHandle, Tracker, detached};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::sleep;

type Shared = Arc<Tracker>;

#[test]
#[cfg(unix)]
fn of_processes_that_are_stopped_while_their_tasks_end_no_report_is_off() {
    let ran = Command::new(env!("CARGO_BIN_EXE_stopped")).arg("60").output().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
}

/// Where the tasks run: on two threads, beside the one that drains.
fn elsewhere() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Its time does not pass, but for its timers.
fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// Takes its time to go.
struct Slow;

impl Drop for Slow {
    fn drop(&mut self) {
        let until = Instant::now() + Duration::from_micros(20);
        while Instant::now() < until {
            std::hint::spin_loop();
        }
    }
}

#[detached(timeout = "15s", track = tracker, on = runtime)]
async fn hangs(tracker: Shared, runtime: Handle) {
    let _slow = Slow;
    drop((tracker, runtime));
    std::future::pending::<()>().await;
}

#[detached(timeout = "15s", grace = "5s", track = tracker, on = runtime)]
async fn obeys(tracker: Shared, runtime: Handle) {
    let _slow = Slow;
    drop((tracker, runtime));
    Context::current().cancelled().await;
}

type Call = fn(Shared, Handle) -> TaskHandle<()>;

/// Drains in paused time, and looks when as many are left to end as come to an end on the other threads meanwhile.
fn drained_while_they_end<const SECS: u64>(tracker: &Tracker<SECS>, calls: usize) -> DrainReport {
    paused().block_on(async {
        let (report, ()) = tokio::join!(tracker.drain(), async {
            // They have been dropped, and are called stuck in half a second.
            sleep(Duration::from_millis(20_500)).await;
            while tracker.live() > calls * 3 / 4 {
                std::thread::yield_now();
            }
        });
        report
    })
}

/// Whether the report has all, and nobody twice; and whether that is what the handles say.
fn adds_up(elsewhere: &Runtime, report: &DrainReport, calls: Vec<TaskHandle<()>>) {
    let counted = report.finished() + report.cancelled() + report.aborted() + report.never_started() + report.stuck();
    assert_eq!(counted, calls.len(), "{report}");
    assert_eq!(counted, report.finished() + report.stragglers().len(), "{report}");
    let (mut returned, mut cut, mut refused) = (0, 0, 0);
    elsewhere.block_on(async {
        for call in calls {
            match call.await {
                Ok(()) => returned += 1,
                Err(TaskError::Cancelled(CancelCause::Shutdown)) => cut += 1,
                Err(TaskError::Rejected(Rejected::Draining)) => refused += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
    });
    // What was stuck when the report was made has ended since, one way or another.
    assert!(report.finished() + report.cancelled() <= returned, "{report}");
    assert!(report.aborted() <= cut, "{report}");
    assert_eq!(returned + cut + refused, counted, "{report}");
}

/// So many times. Says how often somebody was called stuck who was about to end.
fn again_and_again(call: Call, running: usize, waiting: usize) {
    let elsewhere = elsewhere();
    let mut stuck = 0;
    for _ in 0..15 {
        let tracker = Arc::new(Tracker::bounded("busy", running).queue(waiting));
        let calls: Vec<_> = (0..running + waiting).map(|_| call(tracker.clone(), elsewhere.handle().clone())).collect();
        let report = drained_while_they_end(&tracker, calls.len());
        stuck += report.stuck();
        adds_up(&elsewhere, &report, calls);
    }
    assert!(stuck > 0, "none was looked at while they ended");
}

#[test]
fn a_drain_that_reports_while_they_are_dropped_misses_none_and_counts_none_twice() {
    again_and_again(|tracker, runtime| hangs(tracker, runtime), 2_000, 0);
}

#[test]
fn nor_where_they_are_dropped_out_of_a_queue() {
    again_and_again(|tracker, runtime| hangs(tracker, runtime), 500, 1_500);
}

#[test]
fn nor_where_they_end_within_their_grace() {
    again_and_again(|tracker, runtime| obeys(tracker, runtime), 2_000, 0);
}

#[test]
fn nor_where_they_have_a_static() {
    // It drains once.
    macro_rules! each {
        ($($name:ident)*) => {
            $({
                static PLAIN: Tracker = Tracker::unbounded(stringify!($name));

                #[detached(timeout = "15s", track = PLAIN)]
                async fn $name() {
                    let _slow = Slow;
                    std::future::pending::<()>().await;
                }

                let elsewhere = elsewhere();
                let calls: Vec<_> = elsewhere.block_on(async { (0..2_000).map(|_| $name()).collect() });
                adds_up(&elsewhere, &drained_while_they_end(&PLAIN, calls.len()), calls);
            })*
        };
    }

    each!(a b c d e f g h i j k l m n o);
}
