//! Somebody empties the table of workers.

mod support;

use std::time::Duration;

use outlive::Tracker;
use outlive_durable::{Jobs, durable};
use support::Database;

static JOBS: Tracker = Tracker::bounded("known again", 4);

#[durable(timeout = "20s", track = JOBS)]
async fn nothing() {}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_whose_row_is_gone_makes_itself_known_again() {
    let database = Database::new("row_gone");
    let queue = database.queue().await;
    let _worker = Jobs::on(&queue).heartbeat(Duration::from_secs(1)).start();
    nothing().enqueue(&queue).await.unwrap();
    database.until_all("Done").await;
    database.look().await.execute("DELETE FROM Workers").await;
    nothing().enqueue(&queue).await.unwrap();
    database.until_all("Done").await;
}
