//! The macro needs a tracker.
//! The fix: `track = AUDIT`.

use outlive::detach;

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    detach!(timeout = "5s", write_audit(7));
}
