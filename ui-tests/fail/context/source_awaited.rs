//! A source cancels. What waits has a context with that source.
//! The fix: `Context::current().with_cancel(&source).cancelled().await`.

use outlive::CancelSource;

#[tokio::main]
async fn main() {
    let source = CancelSource::new();
    source.await;
}
