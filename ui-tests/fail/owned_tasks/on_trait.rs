//! A trait has no tracker.
//! The fix: `#[owned_tasks]` on the `impl` of the service.

use outlive::owned_tasks;

#[owned_tasks]
trait Stock {
    #[outlive::detached(timeout = "5s")]
    async fn refill(&self, key: String);
}

fn main() {}
