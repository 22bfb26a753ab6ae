//! Without a bound every call runs at once, and none waits in a queue.
//! The fix: `Tracker::bounded("audit", 64).queue(100)`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::unbounded("audit").queue(100);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
