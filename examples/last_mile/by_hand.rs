//! The same with axum's graceful shutdown alone: each row is written before it is answered, and the ledger is flushed when the
//! server has ended. It never does.

use std::convert::Infallible;
use std::path::Path;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{Path as Segment, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use axum::routing::{get, post};
use futures_util::stream::{self, StreamExt};
use tokio::net::TcpListener;

use crate::Error;
use crate::ledger::Ledger;

async fn place_row(State(ledger): State<Ledger>, Segment(row): Segment<u32>) -> Result<StatusCode, StatusCode> {
    ledger.note("accepted", row, &"");
    ledger.write_slowly(row).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(StatusCode::ACCEPTED)
}

async fn web_socket(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async |mut socket: WebSocket| while socket.recv().await.is_some() {})
}

async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut signals) = signal(SignalKind::terminate()) {
            signals.recv().await;
            return;
        }
    }
    crate::ours::end_of_input().await;
}

pub(crate) async fn run(ledger: &Path) -> Result<(), Error> {
    let ledger = Ledger::open(ledger)?;
    let hello = || stream::iter([Ok::<_, Infallible>(Event::default().data("hello"))]).chain(stream::pending());
    let app = Router::new()
        .route("/rows/{row}", post(place_row))
        .route("/upload", post(async |_: Bytes| StatusCode::CREATED))
        .route("/events", get(async move || Sse::new(hello())))
        .route("/ws", get(web_socket))
        .route("/readyz", get(async || "ready"))
        .with_state(ledger.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).with_graceful_shutdown(stopped()).await?;
    ledger.flush()?;
    Ok(())
}
