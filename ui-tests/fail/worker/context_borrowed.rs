//! The context of a worker is its own, and nobody passes it one.
//! The fix: leave it out, and write `let ctx = Context::current();` in the body.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
async fn deliver(ctx: &Context, route: u64) {
    println!("{route} {:?}", ctx.cancelled().await);
}

fn main() {
    deliver(&Context::current(), 7);
}
