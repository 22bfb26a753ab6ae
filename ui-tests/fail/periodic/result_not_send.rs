//! A run's result is checked for an `Err` on another thread, and an `Rc` cannot leave its thread.
//! The fix: give back nothing, as nobody is given a run's value: `async fn refresh()`.

use std::rc::Rc;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 64);

#[periodic(every = "30s", timeout = "5s", track = CACHE)]
async fn refresh() -> Rc<str> {
    "fresh".into()
}

fn main() {
    refresh();
}
