//! A context takes the future itself: nothing calls a closure.
//! The fix: `Context::root().scope(async { 7 })`.

use outlive::Context;

#[tokio::main]
async fn main() {
    let seven = Context::root().scope(|| async { 7 }).await;
    println!("{seven:?}");
}
