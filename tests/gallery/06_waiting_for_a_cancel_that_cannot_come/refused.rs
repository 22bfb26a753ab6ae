//! What is detached obeys no cancel: who waits for one waits for ever.
//! The fix: `context.detach().with_timeout(limit)`, a context with an end of its own.

use outlive::Context;

#[tokio::main]
async fn main() {
    let detached = Context::current().detach();
    detached.cancelled().await;
}
