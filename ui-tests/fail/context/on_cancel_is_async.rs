//! The callback of a cancellation is a plain closure: nobody would poll what an async one gives.
//! The fix: `|_| drop(clean_up())`, where `clean_up` is a detached function.

use outlive::Context;

async fn clean_up() {}

#[tokio::main]
async fn main() {
    Context::current().on_cancel(async |_cause| clean_up().await);
}
