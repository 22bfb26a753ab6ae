//! A job starts when it is committed, and not when somebody looks: whoever has enqueued it, by itself or in a transaction.

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use outlive::Tracker;
use outlive_durable::{Jobs, durable};
use support::Database;
use tokio::sync::{Mutex, mpsc};

static JOBS: Tracker = Tracker::bounded("news", 4);

#[derive(Clone)]
struct Begun(mpsc::UnboundedSender<Instant>);

#[durable(timeout = "5s", track = JOBS)]
async fn tell(#[state] begun: Begun) {
    begun.0.send(Instant::now()).unwrap();
}

const NEVER: Duration = Duration::from_hours(1);

/// Within a minute: an hour later, it would have been found all the same.
async fn begun(starts: &Mutex<mpsc::UnboundedReceiver<Instant>>) -> Instant {
    let start = tokio::time::timeout(Duration::from_mins(1), async { starts.lock().await.recv().await }).await;
    start.expect("it starts without being looked for").unwrap()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_hears_of_what_is_committed() {
    let rounds: usize = std::env::var("OUTLIVE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20);
    let database = Database::new("news");
    let queue = database.queue().await;
    let (sender, starts) = mpsc::unbounded_channel();
    let starts = Arc::new(Mutex::new(starts));
    let _worker = Jobs::on(&queue).state(Begun(sender)).poll_every(NEVER).start();
    // By the worker's own queue; by one that has nothing of it, as another process has; and in a transaction of the user's.
    let other = database.queue().await;
    for (by, from) in [("its own queue", &queue), ("another's", &other)] {
        let mut times = Vec::new();
        for _ in 0..rounds {
            tell().enqueue(from).await.unwrap();
            let committed = Instant::now();
            times.push(begun(&starts).await.saturating_duration_since(committed));
            database.until_all("Done").await;
        }
        println!("from the commit to the start, enqueued by {by}: {:?} (median of {rounds})", median(times));
    }
    let pool = database.pool().await;
    let mut times = Vec::new();
    for _ in 0..rounds {
        let mut transaction = pool.begin().await;
        transaction.enqueue(tell()).await.unwrap();
        transaction.commit().await;
        let committed = Instant::now();
        times.push(begun(&starts).await.saturating_duration_since(committed));
        database.until_all("Done").await;
    }
    println!("from the commit to the start, in a transaction: {:?} (median of {rounds})", median(times));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_hears_of_a_transaction_that_was_long() {
    let database = Database::new("long");
    let queue = database.queue().await;
    let (sender, starts) = mpsc::unbounded_channel();
    let _worker = Jobs::on(&queue).state(Begun(sender)).poll_every(NEVER).start();
    let pool = database.pool().await;
    let mut transaction = pool.begin().await;
    // The job is of another second than its transaction.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    transaction.enqueue(tell()).await.unwrap();
    transaction.commit().await;
    begun(&Mutex::new(starts)).await;
}
