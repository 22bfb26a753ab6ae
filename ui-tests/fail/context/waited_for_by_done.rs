//! Go waits for `ctx.Done()`.
//! The fix: `context.cancelled().await`.

use outlive::Context;

#[tokio::main]
async fn main() {
    let context = Context::current();
    context.done().await;
}
