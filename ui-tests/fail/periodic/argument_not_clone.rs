//! Each run gets clones of the arguments. This type has no clone.
//! The fix: `key: Arc<Key>`, or `#[derive(Clone)]`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

struct Key(String);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(key: Key) {
    println!("{}", key.0);
}

fn main() {
    refresh(Key("users".to_owned()));
}
