//! The attribute is called `detached`; `detach!` is the macro for a future.
//! The fix: `#[detached(timeout = "2s", track = CACHE)]`, and `use outlive::detached`.

use outlive::{Tracker, detach};

static CACHE: Tracker = Tracker::bounded("cache", 16);

#[detach(timeout = "2s", track = CACHE)]
async fn invalidate(key: String) {
    println!("DEL {key}");
}

fn main() {
    invalidate("user:7".into());
}
