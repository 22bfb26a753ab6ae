//! A worker or a spill that is dropped while it has work to do says what to write.

mod support;

use outlive::{Shutdown, TaskOwner as _, Tracker};
use outlive_durable::{Jobs, Spill, WithWorker as _, durable};
use support::Database;
use support::log::Log;
use tokio::runtime::Builder;

static JOBS: Tracker = Tracker::bounded("dropped too early", 1);

#[durable(timeout = "5s", track = JOBS)]
async fn hangs() {
    std::future::pending::<()>().await;
}

const DROPPED: &str = "the last handle of a worker was dropped without a shutdown";

#[test]
fn what_is_dropped_too_early_says_what_to_write_and_what_is_shut_down_says_nothing() {
    let log = Log::install();
    let database = Database::new("dropped_too_early");
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let queue = database.queue().await;
        let worker = Jobs::on(&queue).start();
        let again = worker.clone();
        drop(worker);
        assert_eq!(log.count(DROPPED), 0, "there is another handle");
        assert!(again.shutdown().await.is_clean());
        drop(again);
        drop(Shutdown::new().phase("jobs").worker(Jobs::on(&queue)).run().await);
        assert_eq!(log.count(DROPPED), 0, "they were shut down");
    });
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let queue = database.queue().await;
        let _ = Jobs::on(&queue).start();
        let place = format!("started_at=durable/tests/dropped_too_early.rs:{}:34 ", line!() - 1);
        assert_eq!(log.count(DROPPED), 1);
        assert_eq!(log.count(&place), 1);
        assert_eq!(log.count("`.worker(Jobs::on(&queue))`"), 1);
    });
    runtime.block_on(async {
        let queue = database.queue().await;
        let spill = Spill::to(&queue).start();
        hangs().spawn_or_enqueue(&spill).unwrap();
        hangs().spawn_or_enqueue(&spill).unwrap();
    });
    drop(runtime);
    assert_eq!(log.count("jobs are lost: their spill was dropped"), 1);
    assert_eq!(log.count("add `.spill(&spill)` to the `Shutdown`, or await `spill.hand_over()`"), 1);
}
