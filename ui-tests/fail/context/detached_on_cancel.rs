//! A detached context is never cancelled: the function would be kept for ever, and never called.
//! The fix: `context.with_timeout(limit)`, a context with an end of its own.

use outlive::Context;

fn main() {
    let context = Context::current().detach();
    context.on_cancel(|cause| println!("{cause}"));
}
