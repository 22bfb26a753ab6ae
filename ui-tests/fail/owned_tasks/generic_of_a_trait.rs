//! Several threads use the store, and the bound on its type does not allow that.
//! The fix: `S: Store + Clone + Send + Sync + 'static`.

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
impl<S: Store + Clone> Shop<S> {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: u64) {
        self.store.put(key);
    }
}

fn main() {}
