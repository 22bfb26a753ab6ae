//! A handler takes the request apart; a task takes what it needs of it.
//! The fix: the arguments by their own names, and a handler that calls the function.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn place_order(
    State(names): State<Arc<[String]>>,
    Path((shop, order)): Path<(usize, u64)>,
    Json(items): Json<Vec<u64>>,
) -> impl IntoResponse {
    println!("{}: order {order} of {}", names[shop], items.len());
}

fn main() {}
