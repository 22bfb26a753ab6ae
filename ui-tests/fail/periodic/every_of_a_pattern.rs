//! The period is evaluated when the loop starts, before the body destructures its arguments.
//! The fix: a plain name: `every = rhythm.0`.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = period, timeout = "10s", track = CACHE)]
async fn refresh((period, key): (Duration, u64)) {
    println!("{period:?} {key}");
}

fn main() {
    refresh((Duration::from_secs(30), 7));
}
