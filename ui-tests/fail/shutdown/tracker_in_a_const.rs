//! Each use of a `const` makes another tracker, which no function has.
//! The fix: `static AUDIT: Tracker = Tracker::bounded("audit", 64);`.

use outlive::{Shutdown, Tracker};

const AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    println!("{}", Shutdown::all().tracker(&AUDIT).run().await);
}
