//! A worker is not called again for a `Continue`.
//! The fix: leave the result out, and write the loop in the body.

use std::ops::ControlFlow;

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
async fn deliver(route: u64) -> ControlFlow<()> {
    println!("{route}");
    ControlFlow::Continue(())
}

fn main() {
    deliver(7);
}
