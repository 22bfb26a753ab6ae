//! A static is not shared by an `Arc`.
//! The fix: `.tracker(&AUDIT)`.

use outlive::{Shutdown, Tracker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    println!("{}", Shutdown::all().shared(&AUDIT).run().await);
}
