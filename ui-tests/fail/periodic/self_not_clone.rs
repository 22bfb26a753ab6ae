//! Each run gets a clone of `self`. This type has no clone.
//! The fix: `self: Arc<Self>`, or `#[derive(Clone)]`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

struct Cache {
    key: String,
}

impl Cache {
    #[periodic(every = "30s", timeout = "10s", track = CACHE)]
    async fn refresh(self) {
        println!("{}", self.key);
    }
}

fn main() {
    Cache { key: "users".to_owned() }.refresh();
}
