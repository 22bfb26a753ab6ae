//! Where the store does not do as it is asked, a worker goes on by itself, and says so once.

mod support;

use std::time::Duration;

use outlive::Tracker;
use outlive_durable::{Jobs, durable};
use support::log::Log;
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("trouble", 4);

#[durable(timeout = "20s", track = JOBS)]
async fn waits(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_outlives_a_locked_database() {
    let log = Log::install();
    let database = Database::new("trouble");
    let queue = database.queue().await;
    let worker = Jobs::on(&queue).heartbeat(Duration::from_secs(1)).start();
    waits(0).enqueue(&queue).await.unwrap();
    database.until_all("Done").await;
    // One runs while the lock is taken, and ends while it is held.
    waits(300).enqueue(&queue).await.unwrap();
    until("it runs", || async { JOBS.live() == 1 }).await;
    let lock = database.pool().await.begin().await;
    tokio::time::sleep(Duration::from_millis(3500)).await;
    lock.rollback().await;
    waits(0).enqueue(&queue).await.unwrap();
    database.until_all("Done").await;
    until("both are counted", || async { worker.counts().done == 3 }).await;
    until("it is said that it is over", || async { log.count("the jobs' store answers again") == 1 }).await;
    assert_eq!(log.count("the jobs' store does not answer"), 1);
}
