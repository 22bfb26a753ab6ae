//! A context is no future. Its cancellation is one.
//! The fix: `context.cancelled().await`.

use outlive::Context;

#[tokio::main]
async fn main() {
    let context = Context::current();
    context.await;
}
