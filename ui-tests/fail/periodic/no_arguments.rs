//! The loop has no period, its runs have no timeout, and no shutdown waits for it.
//! The fix: `#[periodic(every = "30s", timeout = "10s", track = CACHE)]`.

use outlive::periodic;

#[periodic]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
