//! A process that dies uses up an attempt of what it held; the last one only of a job whose run had begun.

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use outlive::Tracker;
use outlive_durable::{JobId, Jobs, durable};
use support::store::is_postgres;
use support::{Database, until};
use tokio::sync::Notify;

static JOBS: Tracker = Tracker::bounded("died with it", 1);
static RUNS: AtomicU32 = AtomicU32::new(0);
static GO_ON: Notify = Notify::const_new();

#[durable(timeout = "20s", attempts = 3, track = JOBS)]
async fn counts() {
    RUNS.fetch_add(1, Ordering::Relaxed);
}

#[durable(timeout = "20s", attempts = 1, track = JOBS)]
async fn waits() {
    GO_ON.notified().await;
}

/// As a process leaves it that was killed a while ago.
async fn held_by_the_dead(database: &Database, id: JobId, status: &str, attempts: u32) {
    let look = database.look().await;
    let (long_ago, since) = if is_postgres() {
        ("now() - interval '1 hour'", "now()")
    } else {
        ("CAST(strftime('%s', 'now') AS INTEGER) - 3600", "strftime('%s', 'now')")
    };
    look.execute(&format!(
        "INSERT INTO Workers (id, worker_type, storage_name, layers, last_seen) VALUES ('dead', 'outlive', 's', 'l', {long_ago}) \
         ON CONFLICT (id) DO NOTHING"
    ))
    .await;
    look.execute(&format!(
        "UPDATE Jobs SET status = '{status}', attempts = {attempts}, lock_by = 'dead', lock_at = {since} WHERE id = '{id}'"
    ))
    .await;
}

#[tokio::test]
async fn one_that_had_not_begun_keeps_its_last_attempt_and_one_that_had_does_not() {
    let database = Database::new("died_with_it");
    let queue = database.queue().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(counts().enqueue(&queue).await.unwrap().id());
    }
    held_by_the_dead(&database, ids[0], "Queued", 2).await;
    held_by_the_dead(&database, ids[1], "Running", 2).await;
    held_by_the_dead(&database, ids[2], "Queued", 0).await;
    let worker = Jobs::on(&queue).heartbeat(Duration::from_secs(1)).start();
    until("the dead one's jobs are other's", || async { worker.counts().done + worker.counts().killed == 3 }).await;
    let mut rows = Vec::new();
    for id in ids {
        rows.push(database.row(id).await);
    }
    let seen: Vec<_> = rows.iter().map(|row| (row.status.as_str(), row.attempts)).collect();
    assert_eq!(seen, [("Done", 3), ("Killed", 3), ("Done", 2)]);
    assert!(rows[1].last_result.as_ref().unwrap().contains("the process died in the last of 3 attempts"));
    assert_eq!(RUNS.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn the_begin_of_a_last_attempt_is_written_before_the_body_and_not_while_it_waits_for_its_place() {
    let database = Database::new("begins");
    let queue = database.queue().await;
    for _ in 0..2 {
        waits().enqueue(&queue).await.unwrap();
    }
    let worker = Jobs::on(&queue).start();
    until("one runs", || async { database.count("Running").await == 1 && database.count("Queued").await == 1 }).await;
    GO_ON.notify_one();
    until("the other one runs", || async { worker.counts().done == 1 && database.count("Running").await == 1 }).await;
    assert_eq!(database.count("Queued").await, 0);
    GO_ON.notify_one();
    until("both are done", || async { worker.counts().done == 2 }).await;
}
