//! Column two: what a careful engineer writes by hand, with the same numbers as column three.
//!
//! It is right as far as it goes: the write is a task of its own, so a hang-up does not reach it;
//! 64 run at once and the rest wait; the timeout counts from the write's start, not from its time in
//! the queue, and is logged with its request; shutdown waits, within a budget.
//!
//! The bound is a semaphore of its own. The pool bounds connections: a write that is on its way to the
//! store, or waits for a connection, is in memory as well.
//!
//! What it cannot say, since nothing here holds a name for as long as the work lives:
//!
//! * **which write panicked.** The `JoinHandle` is dropped, and the panic with it. The panic hook
//!   prints a message and a line of code, no request. To see it takes a `catch_unwind` in each task,
//!   or a second task that awaits the first.
//! * **which writes the drain cut off.** `TaskTracker` counts tasks and does not name them. What is
//!   left when the budget is over goes with the runtime: the number is logged, the ids are gone. One
//!   that runs on until the pool is closed under it is named, as an error of the store. To name them
//!   all takes a guard in each task that logs from its `Drop`, or a map of what is in flight, kept
//!   right also when a task panics.
//! * **that the budget suffices.** Nothing compares `WRITE_TIMEOUT` with `DRAIN_BUDGET`. Whoever
//!   raises the one to 30 seconds next year will not be told of the other.
//! * **that it is full.** The wait for a permit has no bound of its own: a store that stays slow
//!   costs memory until there is none.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::ledger::{self, Cause};
use crate::service::{Stop, rest_of_the_request, serve_until};
use crate::store::{Db, Event};

const AT_ONCE: usize = 64;
const WRITE_TIMEOUT: Duration = Duration::from_secs(2);
const DRAIN_BUDGET: Duration = Duration::from_secs(3);

#[derive(Clone)]
struct App {
    db: Db,
    tracker: TaskTracker,
    permits: Arc<Semaphore>,
}

async fn place_order(State(app): State<App>, Json(event): Json<Event>) -> StatusCode {
    ledger::accepted(event.id);

    app.tracker.spawn(write_audit(app.clone(), event));

    rest_of_the_request().await;
    StatusCode::ACCEPTED
}

async fn write_audit(app: App, event: Event) {
    let id = event.id;
    // Nobody closes the semaphore; should somebody, that is no reason to lose the row.
    let _permit = app.permits.acquire().await;
    match timeout(WRITE_TIMEOUT, app.db.insert(event)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => ledger::named(id, Cause::Other, error),
        Err(elapsed) => ledger::named(id, Cause::Timeout, elapsed),
    }
}

pub(crate) async fn run(stop: Stop, listener: TcpListener, db: Db) -> io::Result<()> {
    let tracker = TaskTracker::new();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let app = Router::new().route("/orders", post(place_order)).with_state(App {
        db: db.clone(),
        tracker: tracker.clone(),
        permits,
    });
    serve_until(stop, listener, db, app).await?;

    // After the server, so that no handler can spawn any more: a closed `TaskTracker` still takes
    // new tasks.
    tracker.close();
    match timeout(DRAIN_BUDGET, tracker.wait()).await {
        Ok(()) => ledger::report("drained"),
        Err(_) => ledger::report(format_args!("{} writes cut off after {DRAIN_BUDGET:?}", tracker.len())),
    }
    Ok(())
}
