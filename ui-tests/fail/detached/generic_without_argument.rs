//! The task's future is of all its types, and outlives what they may borrow from.
//! The fix: `T: Default + Display + Send + Sync + 'static`.

use std::fmt::Display;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_default<T: Default + Display>() {
    println!("{}", T::default());
}

fn main() {
    write_default::<u64>();
}
