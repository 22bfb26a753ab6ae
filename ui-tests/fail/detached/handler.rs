//! A handler whose call starts a task has a client that waits for all of it.
//! The fix: `order: u64`, and a handler that calls the function.

use axum::Router;
use axum::extract::Path;
use axum::routing::post;
use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn place_order(Path(order): Path<u64>) {
    println!("order {order}");
}

fn main() {
    let _: Router = Router::new().route("/orders/{order}", post(place_order));
}
