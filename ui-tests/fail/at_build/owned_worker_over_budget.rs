//! The grace of a generic service's worker is longer than the service's drain budget.
//! The fix: a shorter grace, or `OwnedTracker<45>`.

use outlive::{OwnedTracker, TaskOwner, owned_tasks, worker};

#[derive(Clone, TaskOwner)]
struct Cache<T, const DRAIN: u64> {
    tasks: OwnedTracker<DRAIN>,
    values: Vec<T>,
}

#[owned_tasks]
impl<T: Clone + Send + Sync + 'static, const DRAIN: u64> Cache<T, DRAIN> {
    #[worker(grace = "45s")]
    async fn evict(&self) -> usize {
        self.values.len()
    }
}

fn main() {
    let tasks = OwnedTracker::bounded("cache", 8).drain_budget::<30>();
    Cache { tasks, values: vec![7] }.evict();
}
