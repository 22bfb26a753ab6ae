//! A generic service: its drain budget is known only where a call is built.
//! The fix: a shorter timeout, or `OwnedTracker<45>`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Cache<T> {
    tasks: OwnedTracker<30>,
    values: Vec<T>,
}

#[owned_tasks]
impl<T: Clone + Send + Sync + 'static> Cache<T> {
    #[detached(timeout = "45s")]
    async fn export(&self) -> usize {
        self.values.len()
    }
}

fn main() {
    let tasks = OwnedTracker::bounded("cache", 8).drain_budget();
    Cache { tasks, values: vec![7] }.export();
}
