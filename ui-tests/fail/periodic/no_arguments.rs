//! A loop that nobody waits for, of runs that nobody ends.
//! The fix: `#[periodic(every = "30s", timeout = "10s", track = CACHE)]`.

use outlive::periodic;

#[periodic]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
