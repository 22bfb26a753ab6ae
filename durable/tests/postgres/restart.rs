//! The server is stopped while jobs are enqueued and run, and is back some seconds later.

#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use outlive::Tracker;
use outlive_durable::{EnqueueError, Jobs, Queue, durable};
use support::cluster::Cluster;
use support::log::Log;
use support::until;

static JOBS: Tracker = Tracker::bounded("restart", 16);

#[derive(Clone, Default)]
struct Runs(Arc<Mutex<BTreeMap<u64, u32>>>);

impl Runs {
    fn add(&self, number: u64) {
        *self.0.lock().unwrap().entry(number).or_default() += 1;
    }

    fn of(&self, number: u64) -> u32 {
        self.0.lock().unwrap().get(&number).copied().unwrap_or_default()
    }
}

#[durable(timeout = "10s", attempts = 100, track = JOBS)]
async fn run(#[state] runs: Runs, number: u64) {
    runs.add(number);
}

/// They are in the middle of it when the server goes, some with each worker.
const LONG: std::ops::Range<u64> = 1_000_000..1_000_010;

/// Longer than the server is away, and than a lease.
#[durable(timeout = "20s", attempts = 5, track = JOBS)]
async fn run_long(#[state] runs: Runs, number: u64) {
    runs.add(number);
    tokio::time::sleep(Duration::from_secs(9)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_go_on_by_themselves_when_the_server_is_back() {
    let log = Log::install();
    let cluster = Cluster::start();
    cluster.create("jobs");
    let queue = Queue::postgres(&cluster.url("jobs")).unwrap();
    queue.migrate().await.unwrap();
    let runs = Runs::default();
    // Two, as one takes the other for dead where it can; they hear of jobs, and do not look.
    let other = Queue::postgres(&cluster.url("jobs")).unwrap();
    let workers = [&queue, &other].map(|queue| {
        let jobs = Jobs::on(queue).state(runs.clone()).heartbeat(Duration::from_secs(1));
        // Eight at once: none of them can have all ten of the long ones.
        jobs.poll_every(Duration::from_hours(1)).at_once(8).start()
    });
    for number in LONG {
        run_long(number).enqueue(&queue).await.unwrap();
    }

    // The load, in what is left of which process would.
    let (stop, enqueued, refused) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let client = Queue::postgres(&cluster.url("jobs")).unwrap().deadline(Duration::from_millis(500));
    let load = async {
        let mut known = Vec::new();
        for number in 0.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let begin = Instant::now();
            match run(number).enqueue(&client).await {
                Ok(_) => {
                    known.push(number);
                    enqueued.fetch_add(1, Ordering::Relaxed);
                }
                Err(EnqueueError::Unreachable { .. } | EnqueueError::NoAnswer { .. }) => {
                    refused.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => panic!("{error}"),
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "a deadline, and no hang");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        known
    };
    let restart = async {
        until("there is load", || async { enqueued.load(Ordering::Relaxed) > 300 }).await;
        cluster.control(&["-m", "fast", "stop"]);
        until("it is away for longer than a lease", || async { refused.load(Ordering::Relaxed) > 7 }).await;
        cluster.control(&["start"]);
        let then = enqueued.load(Ordering::Relaxed);
        until("the load goes on", || async { enqueued.load(Ordering::Relaxed) > then + 300 }).await;
        stop.store(true, Ordering::Relaxed);
    };
    let (known, ()) = tokio::join!(load, restart);
    until("all have run", || async { known.iter().all(|number| runs.of(*number) > 0) }).await;
    let done = || workers.iter().map(|worker| worker.counts().done).sum::<u64>();
    until("the long ones have ended", || async { JOBS.live() == 0 }).await;
    assert!(LONG.into_iter().all(|number| runs.of(number) == 1), "nobody is dead who could not say that he lives");
    until("it is said that it is over", || async { log.count("the jobs' store answers again") == 2 }).await;
    assert_eq!(log.count("the jobs' store does not answer"), 2, "once by each worker");
    let again = runs.0.lock().unwrap().values().filter(|runs| **runs > 1).count();
    println!(
        "{} jobs, {again} run more than once; {} not enqueued meanwhile; {} done",
        known.len(),
        refused.into_inner(),
        done()
    );
}
