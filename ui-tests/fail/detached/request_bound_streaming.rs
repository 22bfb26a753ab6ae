//! The client sends the stream, so the stream ends with the client.
//! The fix: read it in the handler, and pass what it has sent.

use outlive::{Tracker, detached};
use tonic::{Status, Streaming};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn count(mut uploads: Streaming<Vec<u8>>) -> Result<usize, Status> {
    let mut bytes = 0;
    while let Some(upload) = uploads.message().await? {
        bytes += upload.len();
    }
    Ok(bytes)
}

fn main() {
    let _: fn(Streaming<Vec<u8>>) -> _ = count;
}
