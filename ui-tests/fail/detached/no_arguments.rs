//! A task without a deadline can hang for ever, and the shutdown waits for none that no tracker holds.
//! The fix: `#[detached(timeout = "5s", track = AUDIT)]`.

use outlive::detached;

#[detached]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
