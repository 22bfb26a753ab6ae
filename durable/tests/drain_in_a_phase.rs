//! A worker in a phase of the shutdown: the trackers of its functions are drained with it. A file of its own, as they are statics.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use outlive::{Context, Shutdown, Tracker};
use outlive_durable::{Jobs, WithWorker as _, durable};
use support::{Database, until};

static PHASED: Tracker<4> = Tracker::bounded("phased", 8).drain_budget::<4>();

#[derive(Clone, Default)]
struct Seen(Arc<AtomicU32>);

/// It has ended a second before the drain: whoever is late by less changes nothing.
#[durable(timeout = "2s", grace = "1s", track = PHASED)]
async fn is_told(#[state] seen: Seen) {
    Context::current().cancelled().await;
    seen.0.fetch_add(1, Ordering::Relaxed);
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phase_of_the_shutdown_gives_running_jobs_their_grace() {
    let database = Database::new("phase");
    let queue = database.queue().await.named("phased");
    let seen = Seen::default();
    let job = is_told().enqueue(&queue).await.unwrap().id();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = Shutdown::new()
        .on(async move {
            let _ = stopped.await;
        })
        .phase("jobs")
        .worker(Jobs::on(&queue).state(seen.clone()).heartbeat(Duration::from_mins(10)).drain_budget::<6>());
    let run = tokio::spawn(shutdown.run());
    until("it runs", || async { PHASED.live() == 1 }).await;
    stop.send(()).unwrap();
    let report = run.await.unwrap();
    assert_eq!(seen.0.load(Ordering::Relaxed), 1, "it was told: {report}");
    let row = database.row(job).await;
    // Its timeout came before the end of the drain, which covers that: so it is tried again, by whoever is next.
    assert_eq!((row.status.as_str(), row.attempts, row.lock_by.as_deref()), ("Failed", 1, None), "{report}");
    assert_eq!(database.count("Queued").await, 0);
}
