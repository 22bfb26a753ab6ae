//! A worker lives on when the context of its caller has ended, and has one of its own.
//! The fix: leave it out, and write `let ctx = Context::current();` in the body.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
async fn deliver(ctx: Context, route: u64) {
    println!("{route} {:?}", ctx.cancelled().await);
}

fn main() {
    deliver(Context::current(), 7);
}
