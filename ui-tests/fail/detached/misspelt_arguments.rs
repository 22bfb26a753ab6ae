//! Each message names the argument that was meant. The function's callers and imports have no errors.
//! The fix: those names.

use std::time::Duration;

use outlive::{Context, Tracker, Unfinished, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

tokio::task_local! {
    static TENANT: u32;
}

#[detached(
    timeuot = Duration::from_secs(user),
    max_timout = "9s",
    tracks = AUDIT,
    gracee = "1s",
    when_fulll = reject,
    inherits = [TENANT],
    spam = child,
    contxt = ctx,
    nmae = "audit.write",
    unfinised = spill
)]
async fn write_audit(user: u64, ctx: Context) {
    println!("{user} signed in: {:?}", ctx.deadline());
}

fn spill(call: Unfinished<(u64, Context)>) {
    println!("{}", call.reason());
}

fn main() {
    write_audit(7, Context::root());
}
