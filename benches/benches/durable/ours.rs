//! Durable functions.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use outlive::{TaskOwner as _, Tracker};
use outlive_durable::{Jobs, Queue, durable};
use tokio::sync::Notify;

use crate::store::Place;
use crate::until;

static JOBS: Tracker = Tracker::bounded("jobs", 256);
static RAN: AtomicU32 = AtomicU32::new(0);
static BEGAN: Mutex<Option<Instant>> = Mutex::new(None);
static HAS_BEGUN: Notify = Notify::const_new();

#[durable(timeout = "5s", track = JOBS, name = "nothing")]
async fn nothing(number: u32) {
    let _ = number;
    RAN.fetch_add(1, Relaxed);
}

#[durable(timeout = "5s", track = JOBS, name = "begins")]
async fn begins() {
    *BEGAN.lock().expect("no panic") = Some(Instant::now());
    HAS_BEGUN.notify_one();
}

pub(crate) async fn queue(place: &Place) -> Queue {
    let queue = place.queue();
    queue.migrate().await.expect("a database");
    queue
}

pub(crate) async fn enqueues(queue: &Queue, count: u32) -> Duration {
    let began = Instant::now();
    for number in 0..count {
        nothing(number).enqueue(queue).await.expect("a queue");
    }
    began.elapsed()
}

/// With all that a run has: a timeout, a span, panic recovery, its row written when it has ended.
pub(crate) async fn runs(queue: &Queue, count: u32) -> Duration {
    RAN.store(0, Relaxed);
    enqueues(queue, count).await;
    let worker = Jobs::on(queue).at_once(64).start();
    let began = Instant::now();
    until(|| worker.counts().done == u64::from(count)).await;
    let took = began.elapsed();
    assert_eq!(RAN.load(Relaxed), count);
    drop(worker.shutdown().await);
    took
}

/// From the return of `enqueue`, when it is committed, to the first line of the body, of a worker that has nothing else to do.
pub(crate) async fn waits(queue: &Queue, count: u32) -> Vec<Duration> {
    let worker = Jobs::on(queue).start();
    let mut waits = Vec::new();
    for number in 0..count {
        // At no moment of its polling in particular.
        tokio::time::sleep(Duration::from_millis(20 + u64::from(number * 7 % 13))).await;
        begins().enqueue(queue).await.expect("a queue");
        let committed = Instant::now();
        HAS_BEGUN.notified().await;
        let began = BEGAN.lock().expect("no panic").take().expect("it has begun");
        waits.push(began.saturating_duration_since(committed));
    }
    drop(worker.shutdown().await);
    waits
}
