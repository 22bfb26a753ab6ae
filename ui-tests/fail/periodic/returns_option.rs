//! A `None` does not stop a loop: nobody is given what a run gives.
//! The fix: leave the result out; or a `#[worker]`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(key: Option<u64>) -> Option<()> {
    println!("{}", key?);
    None
}

fn main() {
    refresh(Some(7));
}
