//! Go's `AfterFunc` on a context `WithoutCancel`: it never runs, and leaks what it holds.
//! The fix: `context.detach().with_timeout(limit)`, a context with an end of its own.

use outlive::Context;

#[tokio::main]
async fn main() {
    let detached = Context::current().detach();
    detached.on_cancel(|cause| println!("closed: {cause}"));
}
