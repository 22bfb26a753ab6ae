//! What is detached obeys no cancel: who waits for one waits for ever, and so it cannot be written.
//! The fix: `context.with_timeout(limit)`, a context with an end of its own.

use outlive::Context;

#[tokio::main]
async fn main() {
    let context = Context::current().detach();
    context.cancelled().await;
}
