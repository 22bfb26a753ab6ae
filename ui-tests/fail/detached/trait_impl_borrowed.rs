//! A trait's method cannot be detached, and `&self` would be borrowed.
//! The fix: let it call a method or a function that is.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

trait Audit {
    async fn write(&self, event: String) -> u64;
}

struct File;

impl Audit for File {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn write(&self, event: String) -> u64 {
        event.len() as u64
    }
}

fn main() {}
