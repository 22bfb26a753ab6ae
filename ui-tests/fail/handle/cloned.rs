//! A handle has one owner, as a `JoinHandle` has.
//! The fix: leave `.clone()` out; what aborts from elsewhere has it in an `Arc`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(order: u64) -> Result<(), std::io::Error> {
    println!("order {order}");
    Ok(())
}

#[tokio::main]
async fn main() {
    let writing = write_audit(7);
    let other = writing.clone();
    println!("{other:?}");
}
