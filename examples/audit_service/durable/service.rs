//! What is different from `ours.rs`: the attribute's name, `attempts`, the `#[state]`, and `.enqueue(&queue)` at the call.

use std::path::Path;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use outlive::{Context, Shutdown, StatusPage, Tracker};
use outlive_durable::{Jobs, Queue, WithWorker as _, durable};
use tokio::net::TcpListener;

use crate::Error;
use crate::ledger;
use crate::service::{Stop, rest_of_the_request};
use crate::store::{Db, Event};

static AUDIT: Tracker<3> = Tracker::bounded("audit", 64).drain_budget::<3>();

#[durable(timeout = "2s", grace = "200ms", attempts = 2, backoff = "100ms..1s", track = AUDIT)]
async fn write_audit(#[state] db: Db, event: Event) -> sqlx::Result<()> {
    db.insert(event).await
}

async fn place_order(State(queue): State<Queue>, Json(event): Json<Event>) -> Result<StatusCode, (StatusCode, String)> {
    let id = event.id;
    let enqueued = async { write_audit(event).enqueue(&queue).await };
    let context = Context::current().with_label("request", id);
    let enqueued = context.scope(enqueued).await.expect("it has no end");
    enqueued.map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, error.to_string()))?;

    // From here on it is kept, whatever becomes of this process.
    ledger::accepted(id);

    rest_of_the_request().await;
    Ok(StatusCode::ACCEPTED)
}

/// The jobs stand beside the rows, in one file.
pub(super) fn url(trail: &Path) -> String {
    format!("sqlite://{}", trail.display())
}

pub(crate) async fn run(stop: Stop, listener: TcpListener, db: Db, trail: &Path) -> Result<(), Error> {
    let queue = Queue::sqlite(&url(trail))?;
    queue.migrate().await?;
    let app = Router::new().route("/orders", post(place_order)).with_state(queue.clone());
    let app = app.merge(StatusPage::router("/debug/tasks"));
    // A dead worker's jobs are others' after three heartbeats.
    let jobs = Jobs::on(&queue).state(db).at_once(64).heartbeat(Duration::from_secs(1)).drain_budget::<4>();
    let report = Shutdown::all()
        .on(stop.asked())
        .serve("http", Duration::from_secs(2), |stop| axum::serve(listener, app).with_graceful_shutdown(stop))
        .phase("jobs")
        .worker(jobs)
        .run()
        .await;
    ledger::report(report);
    Ok(())
}
