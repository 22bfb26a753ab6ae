//! What stands in the parentheses is no expression, and that is no second mistake.
//! The fix: leave it out.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "10s", track = MAIL, tags(to = %route, kind))]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
