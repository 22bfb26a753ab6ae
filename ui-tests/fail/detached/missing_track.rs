//! The shutdown does not wait for a task that no tracker holds.
//! The fix: a static `Tracker`, and `track = AUDIT`.

use outlive::detached;

#[detached(timeout = "5s")]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
