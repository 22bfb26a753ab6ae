//! A period counts from the start of the loop, and knows no time of the day.
//! The fix: `every = "24h"`; or a worker that sleeps until then.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(daily = "03:00", timeout = "1s", track = CACHE)]
async fn refresh() {
    println!("refreshing");
}

fn main() {
    refresh();
}
