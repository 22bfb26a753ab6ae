//! Behind the alias, an `Option` in an `Arc` holds what belongs to the request.
//! The fix: pass what the task needs of it, here the user's number.

use std::sync::Arc;

use outlive::{RequestBound, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Upload;

impl RequestBound for Upload {}

type Shared = Arc<Option<Upload>>;

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64, _: Shared) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7, Arc::new(Some(Upload)));
}
