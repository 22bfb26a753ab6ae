//! The hook gets the call's arguments, and a future has none.
//! The fix: a function with `#[detached(unfinished = spill, …)]`.

use outlive::{Tracker, Unfinished, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn spill(call: Unfinished<(u64,)>) {
    println!("{}", call.reason());
}

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    detach!(timeout = "5s", track = AUDIT, unfinished = spill, write_audit(7));
}
