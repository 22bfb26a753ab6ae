//! Several workers on one queue: each job is run once, whatever they are called, and however long it takes.

mod support;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::Tracker;
use outlive_durable::{Jobs, durable};
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("several", 64);
static SLOW: Tracker = Tracker::bounded("slow", 1);
static LONG: Tracker = Tracker::bounded("long", 8);

#[derive(Clone, Default)]
struct Runs(Arc<Mutex<HashMap<u32, u32>>>);

impl Runs {
    fn add(&self, number: u32) {
        *self.0.lock().unwrap().entry(number).or_default() += 1;
    }

    fn assert_once(&self, numbers: u32) {
        let runs = self.0.lock().unwrap();
        assert_eq!(runs.len(), numbers as usize);
        assert!(runs.values().all(|runs| *runs == 1), "{runs:?}");
    }
}

#[durable(timeout = "5s", track = JOBS)]
async fn count(#[state] runs: Runs, number: u32) {
    runs.add(number);
}

#[durable(timeout = "10s", track = SLOW)]
async fn count_slowly(#[state] runs: Runs, number: u32) {
    runs.add(number);
    tokio::time::sleep(Duration::from_millis(1200)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_of_one_name_run_no_job_twice() {
    let database = Database::new("several");
    let queue = database.queue().await;
    let pool = database.pool().await;
    let mut transaction = pool.begin().await;
    for number in 0..600 {
        transaction.enqueue(count(number)).await.unwrap();
    }
    transaction.commit().await;
    let runs = Runs::default();
    // As two processes would: each with connections of its own.
    let other = database.queue().await;
    let workers = [&queue, &other].map(|queue| Jobs::on(queue).name("mailer").state(runs.clone()).start());
    database.until_all("Done").await;
    runs.assert_once(600);
    // A worker counts a row after it has written it.
    until("all are counted", || async { workers.iter().map(|worker| worker.counts().done).sum::<u64>() == 600 }).await;
    assert!(workers.iter().all(|worker| worker.counts().done > 0), "both of them run");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_behind_a_full_tracker_is_not_taken_for_dead() {
    let database = Database::new("several_slow");
    let queue = database.queue().await;
    for number in 0..4 {
        count_slowly(number).enqueue(&queue).await.unwrap();
    }
    let runs = Runs::default();
    // The last waits for longer than three heartbeats.
    let other = database.queue().await;
    let _one = Jobs::on(&queue).heartbeat(Duration::from_secs(1)).state(runs.clone()).start();
    let _two = Jobs::on(&other).heartbeat(Duration::from_secs(1)).state(runs.clone()).start();
    database.until_all("Done").await;
    runs.assert_once(4);
}

#[durable(timeout = "20s", attempts = 5, track = LONG)]
async fn count_long(#[state] runs: Runs, number: u32) {
    runs.add(number);
    tokio::time::sleep(Duration::from_secs(7)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_dead_who_could_not_say_that_he_lives() {
    let database = Database::new("several_locked");
    let queue = database.queue().await;
    for number in 0..8 {
        count_long(number).enqueue(&queue).await.unwrap();
    }
    let runs = Runs::default();
    let other = database.queue().await;
    let workers = [&queue, &other]
        .map(|queue| Jobs::on(queue).heartbeat(Duration::from_secs(1)).at_once(4).state(runs.clone()).start());
    until("all run", || async { LONG.live() == 8 }).await;
    // For longer than a lease, and nobody gets at the jobs.
    let mut lock = database.pool().await.begin().await;
    lock.lock().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    lock.rollback().await;
    database.until_all("Done").await;
    runs.assert_once(8);
    assert!(workers.iter().all(|worker| worker.counts().taken_over == 0));
}
