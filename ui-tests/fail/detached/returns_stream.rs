//! The task would return a stream, and nobody would poll it.
//! The fix: read it in the body, and `-> Vec<u64>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

trait Stream {
    type Item;
}

struct Users;

impl Stream for Users {
    type Item = u64;
}

#[detached(timeout = "5s", track = AUDIT)]
async fn users() -> impl Stream<Item = u64> {
    Users
}

fn main() {
    users();
}
