//! A trait's method cannot be detached, even if the trait gives it a body.
//! The fix: an inherent method or a free function that is detached, and the trait's method calls it.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

trait Audit: Sized + Send + 'static {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn write(self, event: String) {
        println!("{event}");
    }
}

struct File;

impl Audit for File {}

fn main() {}
