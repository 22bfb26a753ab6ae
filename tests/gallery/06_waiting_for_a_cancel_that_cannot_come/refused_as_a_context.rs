//! Whoever takes a `Context` may wait for its end, and a detached one has none.
//! The fix: `&detached.with_timeout(limit)`.

use outlive::Context;

async fn close_at_the_end_of(context: &Context) {
    context.cancelled().await;
}

#[tokio::main]
async fn main() {
    let detached = Context::current().detach();
    close_at_the_end_of(&detached).await;
}
