//! A service of any store, and a store need be nothing that a task needs.
//! The fix: `S: Store + Clone + Send + Sync + 'static` in the `impl`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

trait Store {
    fn put(&self, key: u64);
}

#[derive(Clone, TaskOwner)]
struct Shop<S> {
    tasks: OwnedTracker,
    store: S,
}

#[owned_tasks]
impl<S: Store> Shop<S> {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: u64) {
        self.store.put(key);
    }
}

fn main() {}
