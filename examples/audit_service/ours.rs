//! Column three: the write is detached, with outlive.
//!
//! What `by_hand.rs` has to remember is said once, above the function: how long a write may take,
//! who waits for it, how many run at once, and what becomes of the event when it is not written.
//! The compiler refuses the function if the tracker's drain budget does not cover its timeout.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use outlive::prometheus::{BUCKETS, Collector};
use outlive::{Context, Reason, Rejected, Shutdown, StatusPage, Tracker, Unfinished, detached, periodic, sites};
use prometheus_client::encoding::prometheus_text;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;

use crate::ledger::{self, Cause};
use crate::service::{CLOSING, Stop, rest_of_the_request, serve_until};
use crate::store::{Db, Event};

/// 64 writes run at once, 10,000 may wait their turn; at shutdown they have 3 seconds.
static AUDIT: Tracker<3> = Tracker::bounded("audit", 64).queue(10_000).drain_budget::<3>();

/// The counters' own: they go last, and see what the others left.
static METRICS: Tracker<1> = Tracker::bounded("metrics", 1).drain_budget::<1>();

/// What the deployment gives the process: a compile error where the phases, and the store's closing, may take longer.
const _: () = Shutdown::fits(&[&[AUDIT.budget()], &[METRICS.budget()], &[CLOSING]], Duration::from_secs(10));

#[detached(
    timeout = "2s",
    grace = "200ms",
    track = AUDIT,
    context = Context::current().with_label("request", event.id),
    unfinished = spill
)]
async fn write_audit(db: Db, event: Event) -> sqlx::Result<()> {
    db.insert(event).await
}

/// Every event whose write did not end in `Ok` comes back here, with the reason: the place to hand
/// it to a dead letter queue. This service names it in its ledger.
fn spill(unfinished: Unfinished<(Db, Event)>) {
    let ((_, event), reason) = unfinished.into_parts();
    let cause = match reason {
        Reason::Panicked(_) => Cause::Panic,
        Reason::TimedOut { .. } => Cause::Timeout,
        Reason::NeverStarted | Reason::Cancelled(_) => Cause::CutOff,
        _ => Cause::Other,
    };
    ledger::named(event.id, cause, reason);
}

#[periodic(every = "1s", timeout = "500ms", track = METRICS)]
async fn flush_metrics() {
    for site in sites() {
        eprintln!("metrics: {}: {:?}", site.name(), site.counts());
    }
}

async fn place_order(State(db): State<Db>, Json(event): Json<Event>) -> Result<StatusCode, Unavailable> {
    ledger::accepted(event.id);

    write_audit(db, event).admitted()?;

    rest_of_the_request().await;
    Ok(StatusCode::ACCEPTED)
}

/// What Prometheus scrapes.
async fn scraped(State(registry): State<Arc<Registry>>) -> impl IntoResponse {
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry).expect("a `String` takes all of it");
    ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text)
}

pub(crate) async fn run(stop: Stop, listener: TcpListener, db: Db) -> io::Result<()> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Collector::new().with_durations(&BUCKETS)));
    let metrics = Router::new().route("/metrics", get(scraped)).with_state(Arc::new(registry));
    // For all to see, as it listens on 127.0.0.1 alone. Elsewhere it belongs behind a login.
    let watching = metrics.merge(StatusPage::router("/debug/tasks"));
    let app = Router::new().route("/orders", post(place_order)).with_state(db.clone()).merge(watching);
    flush_metrics();
    serve_until(stop, listener, db, app).await?;

    // First what feeds others. Whatever tracker is in no phase is drained last, and named.
    let shutdown = Shutdown::all().phase("audit").tracker(&AUDIT).phase("metrics").tracker(&METRICS);
    ledger::report(shutdown.run().await);
    Ok(())
}

/// The tracker takes no more work: the client may try again elsewhere.
struct Unavailable(Rejected);

impl From<Rejected> for Unavailable {
    fn from(rejected: Rejected) -> Self {
        Self(rejected)
    }
}

impl IntoResponse for Unavailable {
    fn into_response(self) -> Response {
        (StatusCode::SERVICE_UNAVAILABLE, self.0.to_string()).into_response()
    }
}
