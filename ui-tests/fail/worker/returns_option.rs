//! `None` is no failure, and restarts nothing.
//! The fix: leave the result out, or return a `Result`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(restart = "1s..1m", track = MAIL)]
async fn deliver(route: Option<u64>) -> Option<()> {
    println!("{}", route?);
    None
}

fn main() {
    deliver(Some(7));
}
