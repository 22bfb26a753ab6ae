//! Other ways than one call that is let in: one that is refused, one on a thread, again and again, until a drain.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use outlive::{CancelCause, TaskHandle, Tracker, detached, periodic, worker};
use tokio::runtime::Runtime;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{MissedTickBehavior, interval};

use crate::contenders::{BARE, Contend, Contender, OUTLIVE, Outlive, Readings};

static WAYS: Tracker = Tracker::bounded("ways", 1 << 20);
static FULL: Tracker = Tracker::bounded("taken", 1);

/// Their names in tables.
pub const OTHER_WAYS: [&str; 4] = ["refused", "blocking", "a periodic's run", "a worker's life"];

/// Of one of [`OTHER_WAYS`], the limit and the library. Their clock is tokio's, paused, so that no run waits.
///
/// # Panics
///
/// Where it is none of them.
#[must_use]
pub fn other_way<'a>(way: &str, runtime: &'a Runtime, calls: usize) -> Vec<Contender<'a, Instant>> {
    match way {
        "refused" => vec![
            batches(runtime, BARE, move || no_permit(calls)),
            batches(runtime, OUTLIVE, move || Outlive::in_request(no_place(calls))),
        ],
        "blocking" => vec![
            batches(runtime, BARE, move || bare_blocking(calls)),
            batches(runtime, OUTLIVE, move || Outlive::in_request(blocking(calls))),
        ],
        "a periodic's run" => vec![
            batches(runtime, BARE, move || bare_runs(calls)),
            batches(runtime, OUTLIVE, move || Outlive::in_request(runs(calls))),
        ],
        "a worker's life" => vec![
            batches(runtime, BARE, move || bare_lives(calls)),
            batches(runtime, OUTLIVE, move || Outlive::in_request(lives(calls))),
        ],
        other => panic!("no such way: {other}"),
    }
}

fn batches<'a, F: Future<Output = ()> + Send + 'static>(
    runtime: &'a Runtime,
    who: &'static str,
    mut callers: impl FnMut() -> F + 'a,
) -> Contender<'a, Instant> {
    let batch = move || {
        let start = Instant::now();
        runtime.block_on(runtime.spawn(callers())).expect("the callers do not panic");
        let end = Instant::now();
        Readings { start, live: end, end }
    };
    Contender { who, handle: 0, batch: Box::new(batch) }
}

#[expect(clippy::unused_async, reason = "it is run as a task, as the other is")]
async fn no_permit(calls: usize) {
    let permits = Arc::new(Semaphore::new(0));
    for _ in 0..calls {
        assert!(black_box(Arc::clone(&permits).try_acquire_owned()).is_err());
    }
}

#[detached(timeout = "10s", track = FULL)]
async fn takes_a_place(value: usize) -> usize {
    std::future::pending::<()>().await;
    value
}

async fn no_place(calls: usize) {
    let holds_it = takes_a_place(0);
    tokio::task::yield_now().await;
    for value in 0..calls {
        assert!(black_box(takes_a_place(value).admitted()).is_err());
    }
    holds_it.abort(CancelCause::Requested);
    drop(holds_it.await);
}

/// One after another, so that it is one thread that does them.
async fn bare_blocking(calls: usize) {
    for value in 0..calls {
        let given = tokio::task::spawn_blocking(move || black_box(value)).await;
        assert!(given.is_ok());
    }
}

#[detached(timeout = "10s", track = WAYS, blocking)]
fn work(value: usize) -> usize {
    black_box(value)
}

async fn blocking(calls: usize) {
    for value in 0..calls {
        let given = work(value).await;
        assert!(given.is_ok());
    }
}

static RUNS: AtomicUsize = AtomicUsize::new(0);
static ENOUGH: Notify = Notify::const_new();

/// So many are left, and this is one of them.
fn run() {
    if RUNS.fetch_sub(1, Ordering::Relaxed) == 1 {
        ENOUGH.notify_one();
    }
}

async fn bare_runs(calls: usize) {
    RUNS.store(calls, Ordering::Relaxed);
    let looping = tokio::spawn(async {
        let mut due = interval(Duration::from_secs(1));
        due.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            due.tick().await;
            drop(tokio::spawn(async { run() }).await);
        }
    });
    ENOUGH.notified().await;
    looping.abort();
    drop(looping.await);
}

#[periodic(every = "1s", timeout = "10s", track = WAYS)]
async fn again() {
    run();
}

async fn runs(calls: usize) {
    RUNS.store(calls, Ordering::Relaxed);
    let looping = again();
    ENOUGH.notified().await;
    looping.abort(CancelCause::Requested);
    drop(looping.await);
}

async fn bare_lives(calls: usize) {
    let handles: Vec<_> = (0..calls).map(|value| tokio::spawn(life(value))).collect();
    for handle in handles {
        assert!(handle.await.is_ok());
    }
}

async fn life(value: usize) -> usize {
    tokio::task::yield_now().await;
    value
}

#[worker(track = WAYS)]
async fn lives_once(value: usize) -> usize {
    life(value).await
}

async fn lives(calls: usize) {
    let handles: Vec<TaskHandle<usize>> = (0..calls).map(lives_once).collect();
    for handle in handles {
        assert!(handle.await.is_ok());
    }
}
