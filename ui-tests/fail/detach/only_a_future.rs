//! The macro needs a timeout and a tracker.
//! The fix: `detach!(timeout = "5s", track = AUDIT, write_audit(7))`.

use outlive::detach;

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    detach!(write_audit(7));
}
