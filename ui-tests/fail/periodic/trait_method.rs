//! A trait's method has no body to run.
//! The fix: `#[periodic(…)]` on a free function, which the trait's method calls.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

trait Refresh {
    #[periodic(every = "30s", timeout = "10s", track = CACHE)]
    async fn refresh(self);
}

fn main() {
    println!("{}", CACHE.live());
}
