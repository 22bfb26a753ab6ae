//! The service, from the signal to the exit code.

use std::future::pending;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{Path as Segment, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use axum::routing::{get, post};
use axum::{BoxError, Router};
use futures_util::stream::{self, Stream};
use outlive::{Context, ContextLayer, Readiness, Reason, Shutdown, Tracker, Unfinished, detached};
use tokio::net::TcpListener;

use crate::Error;
use crate::ledger::Ledger;

static READY: Readiness = Readiness::new();

/// 12 writes run at once, 10,000 may wait their turn; at shutdown they have 2 seconds, too few for what waits.
static ROWS: Tracker<2> = Tracker::bounded("rows", 12).queue(10_000).drain_budget::<2>();

/// Until the load balancer has seen that it is not ready: some seconds, elsewhere.
const STILL_SERVING: Duration = Duration::from_millis(200);
const HTTP: Duration = Duration::from_secs(2);
const FLUSH: Duration = Duration::from_secs(1);

/// What the deployment gives the process.
pub(crate) const GRACE_PERIOD: Duration = Duration::from_secs(10);
/// What all of it may take.
const STEPS: &[&[Duration]] = &[&[STILL_SERVING], &[HTTP], &[ROWS.budget()], &[FLUSH]];
pub(crate) const BUDGET: Duration = Shutdown::sum(STEPS);
const _: () = Shutdown::fits(STEPS, GRACE_PERIOD);

#[detached(timeout = "1500ms", grace = "200ms", track = ROWS, unfinished = name)]
async fn write_row(ledger: Ledger, row: u32) -> io::Result<()> {
    ledger.write_slowly(row).await
}

/// What is not written is named.
fn name(unfinished: Unfinished<(Ledger, u32)>) {
    let ((ledger, row), reason) = unfinished.into_parts();
    let is_cut = matches!(reason, Reason::NeverStarted | Reason::Cancelled(_));
    ledger.note(if is_cut { "cut" } else { "named" }, row, &reason);
}

async fn place_row(State(ledger): State<Ledger>, Segment(row): Segment<u32>) -> Result<StatusCode, StatusCode> {
    write_row(ledger.clone(), row).admitted().map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    ledger.note("accepted", row, &"");
    Ok(StatusCode::ACCEPTED)
}

/// Reads all of it first: a client that stalls keeps it waiting.
async fn upload(_: Bytes) -> StatusCode {
    StatusCode::CREATED
}

/// A stream that nobody ends, but the end of its request's context.
async fn events() -> Sse<impl Stream<Item = Result<Event, BoxError>>> {
    let context = Context::current();
    Sse::new(stream::unfold((context, true), |(context, first)| async move {
        if !first {
            context.cancelled().await;
            return None;
        }
        Some((Ok(Event::default().data("hello")), (context, false)))
    }))
}

async fn web_socket(upgrade: WebSocketUpgrade) -> Response {
    let context = Context::current();
    upgrade.on_upgrade(async move |mut socket: WebSocket| {
        tokio::select! {
            _ = context.cancelled() => {}
            () = async { while socket.recv().await.is_some() {} } => {}
        }
        drop(socket.send(axum::extract::ws::Message::Close(None)).await);
    })
}

/// What must not be done: nobody can run on this worker meanwhile.
async fn block() {
    std::thread::sleep(Duration::from_hours(1));
}

pub(crate) async fn run(ledger: &Path) -> Result<ExitCode, Error> {
    let ledger = Ledger::open(ledger)?;
    let app = Router::new()
        .route("/rows/{row}", post(place_row))
        .route("/upload", post(upload))
        .route("/block", post(block))
        .route("/events", get(events))
        .route("/ws", get(web_socket))
        .layer(ContextLayer::new(|request: &Request| Context::root().with_label("route", request.uri().path())))
        .route("/readyz", get(&READY))
        .with_state(ledger.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);

    let report = Shutdown::all()
        .on(Shutdown::requested())
        .on(end_of_input())
        .ready(&READY, STILL_SERVING)
        .serve("http", HTTP, |stop| axum::serve(listener, app).with_graceful_shutdown(stop))
        .phase("stores")
        .tracker(&ROWS)
        .inspect(|report| println!("{report}"))
        .finally("ledger", FLUSH, move || ledger.flush())
        .run()
        .await;
    Ok(report.into())
}

/// The demonstration has gone, or runs where there are no signals.
pub(crate) async fn end_of_input() {
    let (ended, end) = tokio::sync::oneshot::channel();
    // A plain thread: tokio's own reading of standard input would keep the runtime from ending.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = ended.send(());
    });
    if end.await.is_err() {
        pending::<()>().await;
    }
}
