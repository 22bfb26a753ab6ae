//! An `R` may borrow, and the worker outlives what it borrows from.
//! The fix: `R: Debug + Clone + Send + 'static`.

use std::fmt::Debug;

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(restart = "1s..1m", track = MAIL)]
async fn deliver<R: Debug + Clone + Send>(route: R) {
    println!("{route:?} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver("north");
}
