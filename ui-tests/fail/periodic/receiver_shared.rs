//! The loop outlives its caller, and may outlive the cache that `&self` borrows.
//! The fix: `#[owned_tasks]` on the `impl`, and `#[derive(Clone, TaskOwner)]` on `Cache`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

struct Cache {
    key: String,
}

impl Cache {
    #[periodic(every = "30s", timeout = "10s", track = CACHE)]
    async fn refresh(&self) {
        println!("{}", self.key);
    }
}

fn main() {
    Cache { key: "users".to_owned() }.refresh();
}
