//! The argument is the framework's context, and not outlive's `Context`.
//! The fix: pass a `Context` along, or leave `context` out: the current one is taken.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Request {
    id: u64,
}

#[detached(timeout = "5s", track = AUDIT, context = request)]
async fn write_audit(request: Request) {
    println!("{}", request.id);
}

fn main() {
    write_audit(Request { id: 7 });
}
