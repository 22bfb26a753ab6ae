//! Without a time driver no timeout can be kept: whoever has to wait on such a runtime is told so, and nobody else.

#![allow(clippy::async_yields_async, reason = "a runtime is left, and its task's handle is what is left")]

use std::time::Duration;

use outlive::{CancelCause, TaskError, TaskHandle, Tracker, detached};
use outlive_tests::Trace;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};
use tracing::Level;

fn without_a_clock() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

fn two_workers_without_a_clock() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).build().unwrap()
}

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

#[track_caller]
fn assert_says_so<T>(ended: Result<T, TaskError>) {
    let Err(TaskError::Panicked(panic)) = ended else { panic!("it could not keep its timeout") };
    let message = panic.message();
    assert!(message.contains("time driver") && message.contains("enable_time()"), "{message}");
}

/// The rounds of the tests: with a driver, without, and two of one kind after each other.
const ORDERS: [&[bool]; 5] = [&[false, true], &[true, false], &[false, false, true], &[true, false, true], &[false; 7]];

/// A function of its own for each test.
macro_rules! functions {
    () => {
        static OWN: Tracker = Tracker::bounded("own", 8).queue(8);

        #[detached(timeout = "5s", track = OWN)]
        async fn waits() {
            std::future::pending::<()>().await;
        }

        #[detached(timeout = "5s", grace = "500ms", track = OWN)]
        async fn waits_with_grace() {
            std::future::pending::<()>().await;
        }
    };
}

#[test]
fn every_call_that_waits_is_told_so_and_the_next_runtime_with_a_driver_keeps_the_deadlines() {
    functions!();

    #[detached(timeout = wanted, max_timeout = "5s", track = OWN)]
    async fn waits_at_most(wanted: Duration) {
        assert!(!wanted.is_zero());
        std::future::pending::<()>().await;
    }

    let calls: fn() -> [(TaskHandle<()>, u64); 3] =
        || [(waits(), 5_000), (waits_with_grace(), 5_500), (waits_at_most(Duration::from_secs(3)), 3_000)];

    for order in ORDERS {
        for has_a_driver in order {
            if *has_a_driver {
                paused().block_on(async {
                    for number in 0..3 {
                        let (start, (call, millis)) = (Instant::now(), calls().into_iter().nth(number).unwrap());
                        assert!(matches!(call.await, Err(TaskError::TimedOut { .. })));
                        assert_eq!(start.elapsed(), Duration::from_millis(millis));
                    }
                });
            } else {
                for runtime in [without_a_clock(), two_workers_without_a_clock()] {
                    runtime.block_on(async {
                        // The first one, the second, and several at once.
                        assert_says_so(waits().await);
                        assert_says_so(waits().await);
                        for (call, _) in calls().into_iter().chain(calls()) {
                            assert_says_so(call.await);
                        }
                    });
                }
            }
            // Those that were called beside the one that was looked at are lost with the runtime.
            assert_eq!(OWN.live(), 0);
        }
    }
}

#[test]
fn it_is_reported_of_each_function_at_its_first_wait() {
    functions!();

    let trace = Trace::record();
    without_a_clock().block_on(async {
        let calls = [waits(), waits_with_grace()];
        assert!(trace.reports().is_empty(), "nobody has waited yet");
        for call in calls {
            assert_says_so(call.await);
        }
        let reports = trace.reports();
        for (report, name) in reports.iter().zip(["waits", "waits_with_grace"]) {
            let cause = report.field("cause");
            assert!(cause.contains("time driver") && cause.contains("enable_time()"), "{cause}");
            assert_eq!((report.field("task"), report.level), (name, Level::ERROR));
        }
        assert_eq!(reports.len(), 2);
    });
}

#[test]
fn beside_a_runtime_with_a_driver_whose_tasks_wait_one_without_is_told_so_all_the_same() {
    functions!();

    let with = paused();
    let (start, waiting) = with.block_on(async {
        let waiting = [waits(), waits_with_grace()];
        sleep(Duration::from_secs(1)).await;
        (Instant::now() - Duration::from_secs(1), waiting)
    });
    without_a_clock().block_on(async {
        assert_says_so(waits().await);
        assert_says_so(waits_with_grace().await);
    });
    with.block_on(async {
        let more = waits();
        for call in waiting {
            assert!(matches!(call.await, Err(TaskError::TimedOut { .. })));
        }
        assert_eq!(start.elapsed(), Duration::from_millis(5_500));
        assert!(matches!(more.await, Err(TaskError::TimedOut { .. })));
        assert_eq!(start.elapsed(), Duration::from_secs(6));
    });
    assert_eq!(OWN.live(), 0);
}

#[test]
fn what_counts_is_the_runtime_that_a_call_runs_on_and_not_the_one_that_made_it() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN, on = runtime)]
    async fn waits(runtime: Handle) {
        drop(runtime);
        std::future::pending::<()>().await;
    }

    let (with, without) = (paused(), without_a_clock());
    let call = with.block_on(async { waits(without.handle().clone()) });
    assert_says_so(without.block_on(call));
    let call = without.block_on(async { waits(with.handle().clone()) });
    with.block_on(async {
        let start = Instant::now();
        assert!(matches!(call.await, Err(TaskError::TimedOut { .. })));
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    });
}

#[test]
fn what_never_waits_needs_none_and_neither_do_aborts_queues_and_drains_of_it() {
    static OWN: Tracker = Tracker::bounded("own", 1).queue(8);

    #[detached(timeout = "5s", grace = "1s", track = OWN)]
    async fn never_waits() -> u32 {
        7
    }

    for _ in 0..2 {
        without_a_clock().block_on(async {
            let calls: Vec<_> = (0..9).map(|_| never_waits()).collect();
            calls[4].abort(CancelCause::Requested);
            for (number, call) in calls.into_iter().enumerate() {
                match call.await {
                    Ok(7) => assert_ne!(number, 4),
                    Err(TaskError::Cancelled(CancelCause::Requested)) => assert_eq!(number, 4),
                    other => panic!("{number}: {other:?}"),
                }
            }
        });
    }
    without_a_clock().block_on(async {
        never_waits();
        yield_now().await;
        assert!(OWN.drain().await.is_clean());
    });
}
