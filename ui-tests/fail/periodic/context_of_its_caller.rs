//! A loop lives on when the context of its caller has ended, and each run has one of its own.
//! The fix: leave it out, and write `let ctx = Context::current();` in the body.

use outlive::{Context, Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(ctx: Context, key: u64) {
    println!("{key} {}", ctx.is_cancelled());
}

fn main() {
    refresh(Context::current(), 7);
}
