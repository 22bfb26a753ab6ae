//! The report of a shutdown says how many jobs a worker gave back in its phase. A file of its own, as its tracker is a static.

mod support;

use std::time::Duration;

use outlive::{Shutdown, Tracker};
use outlive_durable::{Jobs, WithWorker as _, durable};
use support::{Database, until};

static LONG: Tracker<60> = Tracker::bounded("long", 8).drain_budget::<60>();

#[durable(timeout = "50s", track = LONG)]
async fn hangs() {
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_counts_the_jobs_that_are_back_in_the_queue() {
    let database = Database::new("given_back");
    let queue = database.queue().await;
    for _ in 0..3 {
        hangs().enqueue(&queue).await.unwrap();
    }
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = Shutdown::new()
        .on(async move {
            let _ = stopped.await;
        })
        .phase("jobs")
        .worker(Jobs::on(&queue).heartbeat(Duration::from_mins(10)).drain_budget::<2>());
    let run = tokio::spawn(shutdown.run());
    until("all run", || async { LONG.live() == 3 }).await;
    stop.send(()).unwrap();
    let report = run.await.unwrap();
    assert_eq!(report.notes().collect::<Vec<_>>(), [("jobs", "3 jobs given back to the queue")], "{report}");
    assert!(report.to_string().contains("\n[jobs] 3 jobs given back to the queue"), "{report}");
    assert_eq!(database.count("Pending").await, 3);
}
