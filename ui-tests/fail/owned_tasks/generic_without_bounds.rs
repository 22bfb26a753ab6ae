//! The service moves to other threads, and its type parameter has no bounds that allow that.
//! The fix: `impl<T: Clone + Send + Sync + 'static> Cache<T>`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Cache<T> {
    tasks: OwnedTracker,
    values: Vec<T>,
}

#[owned_tasks]
impl<T: Clone> Cache<T> {
    #[detached(timeout = "5s")]
    async fn count(&self) -> usize {
        self.values.len()
    }
}

fn main() {
    Cache { tasks: OwnedTracker::bounded("cache", 64), values: vec![7] }.count();
}
