//! The type of the request's body is a type parameter, so only a build finds out that the request is refused.
//! The fix: read it in the handler, and pass its bytes.

use outlive::{RequestBound, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Upload<B>(B);

impl<B> RequestBound for Upload<B> {}

#[detached(timeout = "5s", track = AUDIT)]
async fn store<B: Send + 'static>(upload: Upload<B>) {
    drop(upload);
}

fn main() {
    store(Upload(7));
}
