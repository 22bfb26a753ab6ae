//! The trait's method is `async`, and the macro's function is not.
//! The fix: detach an inherent method or a free function, and call it from the trait's method.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

trait Audit {
    async fn write(self, event: String);
}

struct File;

impl Audit for File {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn write(self, event: String) {
        println!("{event}");
    }
}

fn main() {}
