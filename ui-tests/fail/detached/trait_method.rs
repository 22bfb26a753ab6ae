//! A trait's method has no body to run, and each implementation would need its own site.
//! The fix: an inherent method or a free function that is detached, and the trait's method calls it.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

trait Audit {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn write(self, event: String);
}

struct File;

impl Audit for File {
    async fn write(self, event: String) {
        println!("{event}");
    }
}

fn main() {}
