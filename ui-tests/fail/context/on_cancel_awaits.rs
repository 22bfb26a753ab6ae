//! The callback of a cancellation is a plain closure: nobody would poll the future that it gives.
//! The fix: `|_| drop(clean_up())`, where `clean_up` is a detached function.

use outlive::Context;

async fn clean_up() {}

#[tokio::main]
async fn main() {
    Context::current().on_cancel(|_cause| async { clean_up().await });
}
