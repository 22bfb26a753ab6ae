//! In a generic service, a token is a second way to cancel as well.
//! The fix: leave it out, and wait for `Context::current().cancelled()` in the loops.

use outlive::{OwnedTracker, TaskOwner};
use tokio_util::sync::CancellationToken;

#[derive(Clone, TaskOwner)]
struct Cache<K, V>(OwnedTracker<30>, Vec<(K, V)>, CancellationToken)
where
    K: Ord;

fn main() {
    let tasks = OwnedTracker::bounded("cache", 8).drain_budget();
    drop(Cache(tasks, vec![("users", 7)], CancellationToken::new()));
}
