//! What becomes of a run that does not end well: it is tried again after its pause, as often as was said, and no more.

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use outlive::Tracker;
use outlive_durable::{Jobs, durable};
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("attempts", 8);
static RUNS: AtomicU32 = AtomicU32::new(0);

#[durable(timeout = "50ms", attempts = 2, backoff = "1ms..2ms", track = JOBS)]
async fn hangs() {
    RUNS.fetch_add(1, Ordering::Relaxed);
    std::future::pending::<()>().await;
}

#[durable(timeout = "5s", attempts = 2, backoff = "1ms..2ms", track = JOBS)]
async fn panics() {
    panic!("no paper");
}

#[durable(timeout = "5s", attempts = 2, backoff = "1ms..2ms", track = JOBS)]
async fn fails() -> Result<(), std::io::Error> {
    // No text of PostgreSQL's has a NUL.
    Err(std::io::Error::other("no ink\0"))
}

#[durable(timeout = "5s", attempts = 3, backoff = "1h..2h", track = JOBS)]
async fn fails_patiently() -> Result<(), std::io::Error> {
    Err(std::io::Error::other("no stamps"))
}

#[durable(timeout = "5s", attempts = 3, track = JOBS)]
async fn must_not_run() {
    RUNS.fetch_add(1000, Ordering::Relaxed);
}

#[tokio::test]
async fn a_timeout_a_panic_and_an_err_are_tried_again_and_then_killed() {
    let database = Database::new("attempts");
    let queue = database.queue().await;
    let mut jobs = Vec::new();
    for job in [hangs(), panics(), fails()] {
        jobs.push(job.enqueue(&queue).await.unwrap().id());
    }
    let worker = Jobs::on(&queue).start();
    database.until_all("Killed").await;
    // A worker counts a row after it has written it.
    until("all are counted", || async { worker.counts().killed == 3 }).await;
    assert_eq!(RUNS.load(Ordering::Relaxed), 2);
    for (job, error) in jobs.into_iter().zip(["timed out after 50ms", "no paper", "no ink"]) {
        let row = database.row(job).await;
        assert_eq!((row.attempts, row.lock_by.as_deref()), (2, None), "{row:?}");
        assert!(row.last_result.as_ref().unwrap().contains(error), "{row:?}");
    }
    assert_eq!(worker.counts().failed, 3);
}

#[tokio::test]
async fn a_job_that_failed_waits_for_its_pause() {
    let database = Database::new("backoff");
    let queue = database.queue().await;
    let job = fails_patiently().enqueue(&queue).await.unwrap().id();
    let worker = Jobs::on(&queue).start();
    until("it has failed", || async { database.count("Failed").await == 1 }).await;
    // Whoever would fetch it at once does so now.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(worker.counts().failed, 1);
    let row = database.row(job).await;
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    assert!((3500..=7201).contains(&(row.run_at - now)), "{row:?}");
    assert_eq!((row.attempts, row.max_attempts, row.lock_by.as_deref()), (1, 3, None));
}

#[tokio::test]
async fn a_job_whose_process_died_in_each_attempt_does_not_take_this_one_along() {
    let database = Database::new("poison");
    let queue = database.queue().await;
    let job = must_not_run().enqueue(&queue).await.unwrap().id();
    // As apalis leaves it when it has gone back for the third time.
    database.look().await.execute("UPDATE Jobs SET attempts = 3").await;
    let _worker = Jobs::on(&queue).start();
    database.until_all("Killed").await;
    assert!(RUNS.load(Ordering::Relaxed) < 1000);
    assert!(database.row(job).await.last_result.as_ref().unwrap().contains("died in the last of 3 attempts"));
}
