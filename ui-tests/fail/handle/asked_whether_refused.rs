//! The refusal of a call is a `Result`.
//! The fix: `write_audit(7).admitted().is_err()`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(order: u64) -> Result<(), std::io::Error> {
    println!("order {order}");
    Ok(())
}

#[tokio::main]
async fn main() {
    if write_audit(7).is_rejected() {
        println!("refused");
    }
}
