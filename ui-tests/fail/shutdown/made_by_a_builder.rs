//! A `Shutdown` is its own builder.
//! The fix: `Shutdown::all()`, and `.run().await` at the end.

use outlive::{Shutdown, Tracker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    println!("{}", Shutdown::builder().tracker(&AUDIT).run().await);
}
