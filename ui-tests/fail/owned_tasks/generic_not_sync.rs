//! Several threads use the service at once, so its type parameter must be `Sync`.
//! The fix: `impl<T: Clone + Send + Sync + 'static> Cache<T>`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Cache<T> {
    tasks: OwnedTracker,
    values: Vec<T>,
}

#[owned_tasks]
impl<T: Clone + Send + 'static> Cache<T> {
    #[detached(timeout = "5s")]
    async fn count(&self) -> usize {
        self.values.len()
    }
}

fn main() {
    Cache { tasks: OwnedTracker::bounded("cache", 64), values: vec![7] }.count();
}
