//! A worker of the runtime that is busy is not blocked: it comes back.

use std::thread;
use std::time::Duration;

use outlive::{Shutdown, Tracker, detached};
use tokio::runtime::Builder;
use tokio::task::yield_now;

static TASKS: Tracker = Tracker::bounded("tasks", 8);

#[detached(timeout = "5s", track = TASKS)]
async fn works() {
    yield_now().await;
}

#[test]
fn a_shutdown_tells_workers_that_are_busy_from_one_that_is_blocked() {
    for (workers, busy, blocked) in [(1, 4, 0), (2, 0, 0), (2, 8, 0), (4, 4, 0), (4, 16, 0), (2, 4, 1), (4, 16, 2)] {
        let runtime = Builder::new_multi_thread().worker_threads(workers).enable_all().build().unwrap();
        let report = runtime.block_on(async {
            for _ in 0..busy {
                tokio::spawn(async {
                    loop {
                        yield_now().await;
                    }
                });
            }
            let mut parked = Vec::new();
            for _ in 0..blocked {
                let (begun, begins) = tokio::sync::oneshot::channel();
                tokio::spawn(async {
                    drop(begun.send(thread::current()));
                    loop {
                        thread::park();
                    }
                });
                parked.push(begins.await.unwrap());
            }
            drop(works());
            tokio::spawn(Shutdown::new().tracker(&TASKS).run()).await.unwrap()
        });
        assert_eq!(report.blocked_workers(), blocked, "{workers} workers, {busy} busy tasks: {report}");
        assert_eq!(report.to_string().contains("blocked"), blocked > 0, "{report}");
        runtime.shutdown_timeout(Duration::ZERO);
    }
}
