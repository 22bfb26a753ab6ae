//! A run would return a future, and nobody would poll it.
//! The fix: leave the result out, and await it in the body.

use outlive::{Tracker, periodic};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[periodic(every = "30s", timeout = "5s", track = AUDIT)]
async fn refresh(user: u64) -> impl Future<Output = ()> {
    async move { println!("{user}") }
}

fn main() {
    refresh(7);
}
