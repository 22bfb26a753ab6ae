//! A text in a constant is no duration: only a literal is read.
//! The fix: `const LIMIT: Duration`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 64);

const LIMIT: &str = "10s";

#[periodic(every = "30s", timeout = LIMIT, track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
