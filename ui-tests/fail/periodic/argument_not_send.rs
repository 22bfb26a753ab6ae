//! The runs may be on any thread, and an `Rc` cannot leave its thread.
//! The fix: `key: Arc<str>`.

use std::rc::Rc;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(key: Rc<str>) {
    println!("{key}");
}

fn main() {
    refresh(Rc::from("users"));
}
