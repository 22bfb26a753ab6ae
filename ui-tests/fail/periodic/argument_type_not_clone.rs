//! Each run gets clones of the arguments, and the type parameter has no `Clone` bound.
//! The fix: `K: Display + Clone + Send + 'static`.

use std::fmt::Display;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh<K: Display + Send + 'static>(key: K) {
    println!("{key}");
}

fn main() {
    refresh("users");
}
