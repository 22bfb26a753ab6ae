//! The attribute's expressions are evaluated first. What they move, the body does not get.
//! The fix: `context = labelled(ctx.clone())`. A plain `context = ctx` is borrowed, and needs no clone.

use outlive::{Context, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, context = labelled(ctx))]
async fn write_audit(ctx: Context) {
    println!("{:?}", ctx.deadline());
}

fn labelled(ctx: Context) -> Context {
    ctx.with_label("kind", "audit")
}

fn main() {}
