//! Aborts, timeouts, graces, shields, drains that are dropped and called again, all at once on two runtimes: everything ends
//! once, is counted once, and no drain hangs.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use outlive::{CancelCause, Context, Rejected, TaskError, TaskHandle, Tracker, detached, shield};
use tokio::runtime::{Builder, Handle};
use tokio::time::{sleep, timeout};

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn millis(&mut self, limit: u64) -> Duration {
        Duration::from_millis(self.below(limit))
    }
}

#[detached(timeout = timeout, max_timeout = "400ms", grace = "200ms", track = tracker, on = runtime)]
async fn with_grace(tracker: Arc<Tracker<1>>, runtime: Handle, timeout: Duration, seed: u64) -> Result<u64, String> {
    body(tracker, runtime, seed).await
}

#[detached(timeout = "400ms", grace = "100ms", track = tracker, on = runtime)]
async fn plain_grace(tracker: Arc<Tracker<1>>, runtime: Handle, seed: u64) -> Result<u64, String> {
    body(tracker, runtime, seed).await
}

#[detached(timeout = "300ms", track = tracker)]
async fn without(tracker: Arc<Tracker<1>>, runtime: Handle, seed: u64) -> Result<u64, String> {
    body(tracker, runtime, seed).await
}

#[detached(timeout = "200ms", track = tracker, blocking)]
fn thread(tracker: Arc<Tracker<1>>, works: Duration) -> u64 {
    std::thread::sleep(works);
    1
}

#[detached(timeout = "200ms", grace = "50ms", track = tracker)]
async fn child(tracker: Arc<Tracker<1>>, takes: Duration) {
    sleep(takes).await;
}

async fn body(tracker: Arc<Tracker<1>>, _runtime: Handle, seed: u64) -> Result<u64, String> {
    let mut random = Random(seed);
    let context = Context::current();
    match random.below(8) {
        0 => pending().await,
        1 => {
            sleep(random.millis(700)).await;
            Ok(1)
        }
        2 => {
            context.cancelled().await;
            sleep(random.millis(150)).await;
            Ok(2)
        }
        3 => {
            shield(async {
                sleep(random.millis(300)).await;
                let _ = timeout(Duration::from_millis(100), context.cancelled()).await;
            })
            .await;
            sleep(random.millis(300)).await;
            Ok(3)
        }
        4 => {
            sleep(random.millis(200)).await;
            Err("no".to_owned())
        }
        5 => {
            sleep(random.millis(200)).await;
            panic!("storm")
        }
        6 => {
            let children: Vec<_> = (0..3).map(|_| child(Arc::clone(&tracker), random.millis(300))).collect();
            for child in children {
                let _ = child.await;
            }
            Ok(6)
        }
        _ => {
            tokio::select! {
                _ = context.cancelled() => Err("cancelled".to_owned()),
                () = sleep(random.millis(600)) => Ok(7),
            }
        }
    }
}

#[derive(Default)]
struct Ended {
    refused: AtomicU64,
    others: AtomicU64,
}

impl Ended {
    async fn look<T>(&self, handle: TaskHandle<T>) {
        match timeout(Duration::from_secs(30), handle).await.expect("it ends") {
            Err(TaskError::Rejected(Rejected::Full | Rejected::Draining)) => self.refused.fetch_add(1, Relaxed),
            Err(TaskError::Lost) => panic!("lost"),
            _ => self.others.fetch_add(1, Relaxed),
        };
    }
}

async fn storm(seed: u64, other: Handle, ended: Arc<Ended>) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let tracker = Arc::new(Tracker::bounded("storm", 6).queue(6).drain_budget::<1>());
    let mut waits = Vec::new();
    for _ in 0..16 {
        let runtime = if random.below(2) == 0 { Handle::current() } else { other.clone() };
        let seed = random.below(u64::MAX) | 1;
        let own = random.millis(500) + Duration::from_millis(1);
        let abort = (random.below(3) == 0).then(|| random.millis(700));
        macro_rules! call {
            ($call:expr) => {{
                let handle = $call;
                let ended = Arc::clone(&ended);
                waits.push(tokio::spawn(async move {
                    if let Some(after) = abort {
                        sleep(after).await;
                        handle.abort(CancelCause::Requested);
                    }
                    ended.look(handle).await;
                }));
            }};
        }
        match random.below(5) {
            0 | 1 => call!(with_grace(Arc::clone(&tracker), runtime, own, seed)),
            2 => call!(plain_grace(Arc::clone(&tracker), runtime, seed)),
            3 => call!(without(Arc::clone(&tracker), runtime, seed)),
            _ => call!(thread(Arc::clone(&tracker), random.millis(500))),
        }
        if random.below(4) == 0 {
            sleep(random.millis(60)).await;
        }
    }
    sleep(random.millis(700)).await;
    let start = Instant::now();
    let (again, also) = (random.millis(400) + Duration::from_millis(10), random.millis(900));
    let other_drain = tokio::spawn({
        let tracker = Arc::clone(&tracker);
        async move {
            sleep(also).await;
            tracker.drain().await
        }
    });
    let report = loop {
        if let Ok(report) = timeout(again, tracker.drain()).await {
            break report;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "it does not end");
    };
    assert_eq!(other_drain.await.unwrap().to_string(), report.to_string());
    assert_eq!((report.stuck(), tracker.live()), (0, 0), "{report}");
    let by_fate = report.cancelled() + report.aborted() + report.never_started() + report.stuck();
    assert_eq!(by_fate, report.stragglers().len(), "{report}");
    for wait in waits {
        wait.await.unwrap();
    }
}

#[test]
fn everything_ends_once_and_is_counted_once() {
    let build = |workers| Builder::new_multi_thread().worker_threads(workers).enable_all().build().unwrap();
    let (runtime, other) = (build(2), build(2));
    let ended = Arc::new(Ended::default());
    runtime.block_on(async {
        for round in 0..2 {
            let storms: Vec<_> = (1..=60)
                .map(|at| tokio::spawn(storm(round * 100 + at, other.handle().clone(), Arc::clone(&ended))))
                .collect();
            for storm in storms {
                storm.await.unwrap();
            }
        }
    });
    let (mut started, mut rejected) = (0, 0);
    for site in outlive::sites() {
        let counts = site.counts();
        let ends =
            counts.completed + counts.failed + counts.timed_out + counts.panicked + counts.cancelled + counts.lost;
        assert_eq!((counts.started, counts.live, counts.queued, counts.lost), (ends, 0, 0, 0), "{site:?}");
        if site.name() != "child" {
            started += counts.started;
            rejected += counts.rejected;
        }
    }
    assert_eq!((ended.others.load(Relaxed), ended.refused.load(Relaxed)), (started, rejected));
    assert_eq!(started + rejected, 2 * 60 * 16);
}
