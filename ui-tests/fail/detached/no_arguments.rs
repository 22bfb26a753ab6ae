//! A task without a timeout can hang for ever, and the shutdown does not wait for a task that no tracker holds.
//! The fix: `#[detached(timeout = "5s", track = AUDIT)]`.

use outlive::detached;

#[detached]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
