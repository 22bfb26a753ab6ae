//! A task that no tracker holds is one that the shutdown does not wait for.
//! The fix: a static `Tracker`, and `track = AUDIT`.

use outlive::detached;

#[detached(timeout = "5s")]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
