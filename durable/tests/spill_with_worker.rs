//! A worker and a spill in one shutdown.

mod support;

use outlive::{Shutdown, Tracker};
use outlive_durable::{Jobs, Spill, WithSpill as _, WithWorker as _, durable};
use support::{Database, until};

#[derive(Clone)]
struct Printer;

static BOTH: Tracker<4> = Tracker::bounded("both", 4).drain_budget::<4>();

#[durable(timeout = "3s", track = BOTH)]
async fn one(#[state] _printer: Printer) {}

#[durable(timeout = "3s", track = BOTH)]
async fn another(#[state] _printer: Printer) {}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_and_a_spill_in_one_shutdown_drain_a_tracker_once() {
    let database = Database::new("both");
    let queue = database.queue().await.named("both");
    let spill = Spill::to(&queue).state(Printer).start();
    let other = Spill::to(&queue).start();
    // Its state is with the worker alone.
    one().spawn_or_enqueue(&other).unwrap();
    another().spawn_or_enqueue(&spill).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = Shutdown::new()
        .on(async move {
            let _ = stopped.await;
        })
        .phase("jobs")
        .worker(Jobs::on(&queue).state(Printer).drain_budget::<6>())
        .spill(&spill)
        .spill(&other);
    let run = tokio::spawn(shutdown.run());
    until("the row is there", || async { database.look().await.number("SELECT count(*) FROM Jobs").await == 1 }).await;
    database.until_all("Done").await; // also of no rows
    stop.send(()).unwrap();
    let report = run.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.to_string().matches("both: drained").count(), 1, "{report}");
    assert_eq!(report.notes().count(), 3, "the worker's and the spills': {report}");
}
