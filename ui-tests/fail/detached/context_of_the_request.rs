//! A `Context` as an argument ends with its request. The task has a context of its own.
//! The fix: leave it out, or add `context = ctx`.

use outlive::{Context, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(ctx: Context, user: u64) {
    println!("{user} signed in {:?}", ctx.deadline());
}

fn main() {
    write_audit(Context::current(), 7);
}
