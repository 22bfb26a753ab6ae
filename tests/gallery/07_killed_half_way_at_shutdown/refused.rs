//! A task that no tracker holds is one that the shutdown does not wait for.
//! The fix: a static `Tracker`, and `track = TRANSFERS`.

use outlive::detached;

#[detached(timeout = "5s")]
async fn transfer(from: u64, to: u64) {
    println!("from {from} to {to}");
}

fn main() {
    transfer(1, 2);
}
