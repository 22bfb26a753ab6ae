//! A future runs in a context by `scope`.
//! The fix: `context.scope(async { … }).await`.

use outlive::Context;

#[tokio::main]
async fn main() {
    let context = Context::root().with(7_u64);
    context.run_until_cancelled(async {}).await;
}
