//! What a spill holds when the end comes: it waits for the store within its budget, and for what still runs in half of that.

mod support;

use std::time::Duration;

use outlive::Tracker;
use outlive_durable::{Spill, SpillError, durable};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use support::Database;

static WAITS: Tracker = Tracker::bounded("waits", 1);

#[durable(timeout = "5s", track = WAITS)]
async fn goes_on() {
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_answers_again_gets_all_of_it_once() {
    let database = Database::new("spill_waits");
    let queue = database.queue().await;
    let spill = Spill::to(&queue).hand_over_within(Duration::from_secs(20)).start();
    let url: SqliteConnectOptions = database.url().parse().unwrap();
    let mut holder = SqliteConnection::connect_with(&url).await.unwrap();
    let lock = holder.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let _ = WAITS.drain().await;
    for _ in 0..20 {
        goes_on().spawn_or_enqueue(&spill).unwrap();
    }
    let (report, ()) = tokio::join!(spill.hand_over(), async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let refused = goes_on().spawn_or_enqueue(&spill);
        assert!(matches!(refused, Err(SpillError::Closed)), "nothing new is accepted: {refused:?}");
        lock.rollback().await.unwrap();
    });
    assert!(report.is_clean() && report.handed_over() == 20, "{report}");
    assert_eq!(database.look().await.number("SELECT count(*) FROM Jobs").await, 20);
}

static UNDRAINED: Tracker = Tracker::bounded("undrained", 4);

#[durable(timeout = "2s", track = UNDRAINED)]
async fn still_runs() {
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_still_runs_at_the_end_is_handed_over_and_counted_once() {
    let database = Database::new("spill_running");
    let queue = database.queue().await;
    let spill = Spill::to(&queue).hand_over_within(Duration::from_millis(600)).start();
    still_runs().spawn_or_enqueue(&spill).unwrap();
    let report = spill.hand_over().await;
    assert!(report.is_clean() && report.handed_over() == 1, "{report}");
    let _ = UNDRAINED.drain().await;
    assert_eq!(
        (
            spill.counts().accepted(),
            spill.counts().handed_over,
            database.look().await.number("SELECT count(*) FROM Jobs").await
        ),
        (1, 1, 1)
    );
}
