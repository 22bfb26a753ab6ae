//! The drain budget is part of the tracker's type: 90 s here, and the task may take 100 s.
//! The fix: a shorter timeout, or the budget that the message names.

use outlive::{Tracker, detached};

static EXPORT: Tracker<90> = Tracker::bounded("export", 4).drain_budget::<90>();

#[detached(timeout = "100s", track = EXPORT)]
async fn export(month: u32) {
    println!("{month}");
}

fn main() {
    export(11);
}
