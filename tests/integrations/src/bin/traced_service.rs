//! A service as many are: axum, tower-http's spans and request ids, `RUST_LOG`, OpenTelemetry beside `fmt`. Each order is
//! audited by a detached task, whose insert fails. It says its address, and ends when its standard input does.

use std::io::Read;
use std::process::ExitCode;
use std::{env, fmt, io};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::routing::post;
use opentelemetry::trace::TracerProvider;
use outlive::{Context, ContextLayer, Rejected, Tracker, detached};
use outlive_integration_tests::exporting_to;
use tokio::net::TcpListener;
use tokio::task::{spawn_blocking, yield_now};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::trace::TraceLayer;
use tracing::{info_span, instrument};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

static AUDIT: Tracker = Tracker::bounded("audit", 64).queue(10_000);

#[derive(Debug)]
struct DiskFull;

impl fmt::Display for DiskFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the disk is full")
    }
}

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(order: u64) -> Result<(), DiskFull> {
    insert(order).await
}

#[instrument]
async fn insert(order: u64) -> Result<(), DiskFull> {
    yield_now().await;
    Err(DiskFull)
}

async fn place_order() -> Result<StatusCode, (StatusCode, String)> {
    let unavailable = |rejected: Rejected| (StatusCode::SERVICE_UNAVAILABLE, rejected.to_string());
    drop(write_audit(42).admitted().map_err(unavailable)?);
    Ok(StatusCode::ACCEPTED)
}

/// The context of a request: its id goes along with what it starts.
fn context(request: &Request) -> Context {
    match request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()) {
        Some(id) => Context::current().with_label("request", id),
        None => Context::current(),
    }
}

fn app() -> Router {
    let spans = TraceLayer::new_for_http()
        .make_span_with(|request: &Request| info_span!("http_request", path = request.uri().path()));
    Router::new()
        .route("/orders", post(place_order))
        .layer(ContextLayer::new(context))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(spans)
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}

async fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let stop = async {
        let read = || io::stdin().read_to_end(&mut Vec::new());
        drop(spawn_blocking(read).await);
    };
    axum::serve(listener, app()).with_graceful_shutdown(stop).await
}

#[tokio::main]
async fn main() -> ExitCode {
    let endpoint = env::var("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").expect("where the spans go");
    let provider = exporting_to(&endpoint);
    tracing_subscriber::registry()
        .with(EnvFilter::from_default_env())
        .with(tracing_subscriber::fmt::layer().with_ansi(false).with_writer(io::stderr))
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("traced_service")))
        .init();
    let served = serve().await;
    let drained = AUDIT.drain().await;
    // Behind the drain: the spans of the last tasks are exported, too.
    let flushed = provider.shutdown();
    if served.is_ok() && drained.is_clean() && flushed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
