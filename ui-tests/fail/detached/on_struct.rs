//! A struct is not called.
//! The fix: put it on the function whose call is to outlive its request.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
#[derive(Default)]
struct Service {
    name: String,
}

fn main() {
    println!("{}", Service::default().name);
}
