//! Column one: the write is awaited in the handler.
//!
//! The handler's future belongs to the connection. A client that hangs up drops it, wherever it
//! stands, and the audit row with it: no error, no log line, nothing that could be counted. A panic
//! ends the connection's task in the same silence, and a write that hangs holds its client, and at
//! shutdown the whole server, until that client loses patience.

use std::io;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use tokio::net::TcpListener;

use crate::ledger::{self, Cause};
use crate::service::{Stop, rest_of_the_request, serve_until};
use crate::store::{Db, Event};

async fn place_order(State(db): State<Db>, Json(event): Json<Event>) -> StatusCode {
    ledger::accepted(event.id);

    let id = event.id;
    if let Err(error) = db.insert(event).await {
        ledger::named(id, Cause::Other, error);
        return StatusCode::INTERNAL_SERVER_ERROR;
    }

    rest_of_the_request().await;
    StatusCode::ACCEPTED
}

pub(crate) async fn run(stop: Stop, listener: TcpListener, db: Db) -> io::Result<()> {
    let app = Router::new().route("/orders", post(place_order)).with_state(db.clone());
    serve_until(stop, listener, db, app).await?;
    ledger::report("no report: the server's future has returned, and that is all it knows");
    Ok(())
}
