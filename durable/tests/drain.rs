//! The end of a worker: it fetches nothing more, what runs has its time, and what is cut is back in the queue at once.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use outlive::{Context, TaskOwner as _, Tracker};
use outlive_durable::{Attempt, Jobs, durable};
use support::{Database, until};

static LONG: Tracker<60> = Tracker::bounded("long", 8).drain_budget::<60>();

#[derive(Clone, Default)]
struct Seen(Arc<AtomicU32>);

/// Hangs in its first run, and ends in the next.
#[durable(timeout = "50s", track = LONG)]
async fn hangs_once(#[state] seen: Seen) {
    assert_eq!(Context::current().get::<Attempt>().unwrap().number, 1, "what was cut does not count");
    if seen.0.fetch_add(1, Ordering::Relaxed) == 0 {
        std::future::pending::<()>().await;
    }
}

#[durable(timeout = "50s", track = LONG)]
async fn ends_soon(#[state] seen: Seen) {
    seen.0.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(700)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cut_goes_back_at_once_and_runs_elsewhere() {
    let database = Database::new("hand_back");
    let queue = database.queue().await;
    let seen = Seen::default();
    let job = hangs_once().enqueue(&queue).await.unwrap().id();
    // A lease that would outlast the test.
    let worker = Jobs::on(&queue).state(seen.clone()).heartbeat(Duration::from_mins(10)).drain_budget::<2>().start();
    until("it runs", || async { seen.0.load(Ordering::Relaxed) == 1 }).await;
    let _ = worker.shutdown().await;
    let row = database.row(job).await;
    assert_eq!((row.status.as_str(), row.attempts, row.lock_by.as_deref()), ("Pending", 0, None));
    assert_eq!(worker.counts().handed_back, 1);
    until("the first run is gone", || async { LONG.live() == 0 }).await;
    let other = database.queue().await;
    let begin = Instant::now();
    let _next = Jobs::on(&other).state(seen.clone()).start();
    database.until_all("Done").await;
    assert!(begin.elapsed() < Duration::from_mins(1));
    assert_eq!(seen.0.load(Ordering::Relaxed), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_in_the_drain_is_done_and_nothing_more_is_begun() {
    let database = Database::new("ends_in_the_drain");
    let queue = database.queue().await;
    let seen = Seen::default();
    for _ in 0..2 {
        ends_soon().enqueue(&queue).await.unwrap();
    }
    let worker = Jobs::on(&queue).state(seen.clone()).at_once(1).start();
    until("one runs", || async { seen.0.load(Ordering::Relaxed) == 1 }).await;
    let report = worker.shutdown().await;
    assert!(report.is_clean(), "{report}");
    let statuses = database.look().await.texts("SELECT status FROM Jobs ORDER BY status").await;
    assert_eq!(statuses, ["Done", "Pending"]);
    assert_eq!(seen.0.load(Ordering::Relaxed), 1);
}

static CLOSED: Tracker = Tracker::bounded("closed", 8);

#[durable(timeout = "5s", track = CLOSED)]
async fn is_refused() {}

#[tokio::test(flavor = "multi_thread")]
async fn a_tracker_that_has_been_drained_gives_its_jobs_back_and_no_others() {
    let database = Database::new("refused");
    let queue = database.queue().await;
    let seen = Seen::default();
    let _ = CLOSED.drain().await;
    let job = is_refused().enqueue(&queue).await.unwrap().id();
    let worker = Jobs::on(&queue).state(seen.clone()).poll_every(Duration::from_millis(1)).start();
    until("it is back", || async { worker.counts().handed_back > 0 }).await;
    ends_soon().enqueue(&queue).await.unwrap();
    until("the other has run", || async { worker.counts().done == 1 }).await;
    let _ = worker.shutdown().await;
    assert!(worker.counts().handed_back < 10, "it is not fetched again and again: {:?}", worker.counts());
    let row = database.row(job).await;
    assert_eq!((row.status.as_str(), row.attempts, row.lock_by.as_deref()), ("Pending", 0, None));
}
