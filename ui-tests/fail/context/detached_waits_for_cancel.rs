//! A detached context is never cancelled. To wait for its cancellation is to wait for ever, so it has no such method.
//! The fix: `context.with_timeout(limit)`, a context with an end of its own.

use outlive::Context;

#[tokio::main]
async fn main() {
    let context = Context::current().detach();
    context.cancelled().await;
}
