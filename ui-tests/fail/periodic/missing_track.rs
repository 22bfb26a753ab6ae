//! Without a tracker, a shutdown does not wait for the run in progress.
//! The fix: `track = CACHE`.

use outlive::periodic;

#[periodic(every = "30s", timeout = "10s")]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
