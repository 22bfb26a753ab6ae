//! Each tracker is added by a call of its own.
//! The fix: `.tracker(&AUDIT)`.

use outlive::{Shutdown, Tracker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    println!("{}", Shutdown::all().trackers([&AUDIT]).run().await);
}
