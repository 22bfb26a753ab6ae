//! The client sends the body, so it ends with the client.
//! The fix: `axum::body::to_bytes(body, 1 << 20).await` in the handler, and `body: Bytes` here.

use axum::body::Body;
use outlive::{Tracker, detached};

static STORE: Tracker = Tracker::bounded("store", 4);

#[detached(timeout = "15s", track = STORE)]
async fn store_upload(key: String, body: Body) -> Result<(), axum::Error> {
    let bytes = axum::body::to_bytes(body, 1 << 20).await?;
    println!("{key}: {} bytes", bytes.len());
    Ok(())
}

fn main() {
    store_upload("avatar".into(), Body::empty());
}
