//! How many jobs there are, of each kind, and how old they are: from the queue itself, and in the status of a process that has a
//! worker.

mod support;

use std::time::{Duration, SystemTime};

use outlive::Tracker;
use outlive::status::QueueStatus;
use outlive_durable::{Jobs, Queue, durable};
use support::store::is_postgres;
use support::{Database, until};
use tokio::sync::Notify;

static JOBS: Tracker = Tracker::bounded("queue status", 4);
static GO_ON: Notify = Notify::const_new();

#[durable(timeout = "20s", track = JOBS)]
async fn waits() {
    GO_ON.notified().await;
}

#[durable(timeout = "5s", attempts = 1, track = JOBS)]
async fn fails_once() -> Result<(), &'static str> {
    Err("no ink")
}

#[durable(timeout = "5s", attempts = 3, backoff = "1h..2h", track = JOBS)]
async fn fails_patiently() -> Result<(), &'static str> {
    Err("no stamps")
}

#[derive(Clone)]
struct Mailer;

#[durable(timeout = "5s", track = JOBS)]
async fn sends(#[state] _mailer: Mailer) {}

fn counts(status: &QueueStatus) -> [u64; 6] {
    [status.ready, status.delayed, status.running, status.retrying, status.set_aside, status.killed]
}

async fn enqueue_all(queue: &Queue) {
    waits().enqueue(queue).await.unwrap();
    for _ in 0..2 {
        fails_once().enqueue(queue).await.unwrap();
    }
    fails_patiently().enqueue(queue).await.unwrap();
    sends().enqueue(queue).await.unwrap();
    waits().after("1h").enqueue(queue).await.unwrap();
}

#[tokio::test]
async fn jobs_are_counted_by_what_they_wait_for() {
    let database = Database::new("queue_status");
    let queue = database.queue().await;
    assert_eq!(counts(&queue.status().await.unwrap()), [0; 6]);
    assert_eq!(queue.status().await.unwrap().oldest, None);
    enqueue_all(&queue).await;
    assert_eq!(counts(&queue.status().await.unwrap()), [5, 1, 0, 0, 0, 0]);
    let (now, ago) = if is_postgres() {
        ("now()", "interval '600 seconds'")
    } else {
        ("CAST(strftime('%s', 'now') AS INTEGER)", "600")
    };
    let look = database.look().await;
    look.execute(&format!("UPDATE Jobs SET run_at = run_at - {ago} WHERE run_at <= {now}")).await;
    let oldest = queue.status().await.unwrap().oldest.unwrap();
    assert!(Duration::from_mins(10) <= oldest && oldest < Duration::from_secs(700), "{oldest:?}");

    // Of another queue in the same store, nothing is counted.
    waits().enqueue(&queue.clone().named("other")).await.unwrap();
    assert!(outlive::status().queues.is_empty(), "nobody looks");

    let worker = Jobs::on(&queue).heartbeat(Duration::from_secs(1)).start();
    until("all but the first have been looked at", || async {
        counts(&queue.status().await.unwrap()) == [0, 2, 1, 1, 1, 2]
    })
    .await;
    GO_ON.notify_one();
    until("the worker has looked", || async {
        outlive::status().queues.iter().any(|queue| counts(queue) == [0, 2, 0, 1, 1, 2])
    })
    .await;
    let [status] = &outlive::status().queues[..] else { panic!("one queue, once") };
    assert_eq!((status.name.as_str(), &status.failure), ("outlive", &None));
    let store = status.store.rsplit('/').next().unwrap();
    assert!(!store.is_empty() && database.url().contains(store), "{status:?}");
    assert!(status.seen.unwrap() <= SystemTime::now());

    // It says why it does not know better.
    look.execute("ALTER TABLE Jobs RENAME TO Elsewhere").await;
    until("the worker has failed to look", || async {
        outlive::status()
            .queues
            .iter()
            .any(|queue| queue.failure.as_ref().is_some_and(|why| why.to_lowercase().contains("jobs")))
    })
    .await;
    drop((worker, queue));
}
