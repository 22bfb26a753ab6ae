//! Where the store does not answer in the last phase, that phase is bounded, and names what is lost.

mod support;

use std::time::{Duration, Instant};

use outlive::{Shutdown, Tracker};
use outlive_durable::{Spill, SpillError, WithSpill as _, durable};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use support::Database;
use support::log::Log;

static CLOSED: Tracker = Tracker::bounded("closed", 1);

#[durable(timeout = "5s", track = CLOSED, name = "mail.welcome")]
async fn send_welcome(number: u32) {
    let _ = number;
}

#[durable(timeout = "5s", track = CLOSED, name = "audit.write")]
async fn write_audit() {}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_store_keeps_the_last_phase_no_longer_than_its_budget() {
    let log = Log::install();
    let database = Database::new("spill_locked");
    let queue = database.queue().await;
    let spill = Spill::to(&queue).hand_over_within(Duration::from_secs(1)).start();
    let url: SqliteConnectOptions = database.url().parse().unwrap();
    let mut holder = SqliteConnection::connect_with(&url).await.unwrap();
    let lock = holder.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let _ = CLOSED.drain().await;
    for number in 0..3 {
        send_welcome(number).spawn_or_enqueue(&spill).unwrap();
    }
    write_audit().spawn_or_enqueue(&spill).unwrap();
    let shutdown = Shutdown::new().phase("work").spill(&spill);
    let (begin, budget) = (Instant::now(), shutdown.budget());
    let report = shutdown.run().await;
    assert!(begin.elapsed() < budget + Duration::from_secs(20), "it is bounded");
    assert_eq!(report.code(), 1, "{report}");
    let failures: Vec<_> = report.failures().collect();
    assert_eq!(failures.len(), 1, "{report}");
    let (phase, failure) = failures[0];
    assert_eq!(phase, "hand over");
    assert!(failure.starts_with("4 lost: 1 × audit.write, 3 × mail.welcome; "), "{failure}");
    assert!(failure.contains("locked"), "{failure}");
    assert_eq!((spill.counts().accepted(), spill.counts().lost), (4, 4));
    assert!(matches!(write_audit().spawn_or_enqueue(&spill), Err(SpillError::Closed)));
    lock.rollback().await.unwrap();
    // What was on its way may have come after all.
    assert!(database.look().await.number("SELECT count(*) FROM Jobs").await <= 4);
    assert_eq!(log.count("jobs are lost"), 2);
}
