//! The constant is a string. Only a literal may be one.
//! The fix: `const LIMIT: Duration`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 64);

const LIMIT: &str = "10s";

#[periodic(every = "30s", timeout = LIMIT, track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
