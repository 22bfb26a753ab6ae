//! A task has its own span, with its own fields.
//! The fix: leave it out; a span of your own is one of `#[tracing::instrument]`.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "10s", track = MAIL, fields(to = %route))]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
