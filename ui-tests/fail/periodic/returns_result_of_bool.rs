//! An `Ok(false)` does not stop a loop: nobody is given what a run gives.
//! The fix: `Result<(), std::io::Error>`; or a `#[worker]`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(key: u64) -> Result<bool, std::io::Error> {
    Ok(key > 7)
}

fn main() {
    refresh(7);
}
