//! The context of a task is its own, and its caller's is borrowed.
//! The fix: leave it out, and write `let ctx = Context::current();` in the body.

use outlive::{Context, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(ctx: &Context, user: u64) {
    println!("{user} {:?}", ctx.deadline());
}

fn main() {
    write_audit(&Context::current(), 7);
}
