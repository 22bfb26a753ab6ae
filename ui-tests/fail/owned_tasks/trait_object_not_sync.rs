//! Tasks on several threads share the store, and its type does not allow that. There is one error, however many methods there are.
//! The fix: `Arc<dyn Store + Send + Sync>`.

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks, periodic, worker};

trait Store {
    fn len(&self) -> usize;
}

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    store: Arc<dyn Store>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn count(&self) -> usize {
        self.store.len()
    }

    #[detached(timeout = "5s", blocking)]
    fn count_all(&self) -> usize {
        self.store.len()
    }

    #[periodic(every = "1h", timeout = "5s")]
    async fn recount(&self) {
        println!("{}", self.store.len());
    }

    #[worker(restart = "1s..1m")]
    async fn watch(&self) -> Result<(), String> {
        println!("{}", self.store.len());
        Ok(())
    }

    #[detached(timeout = "5s")]
    async fn audit(self: std::sync::Arc<Self>) {
        println!("{}", self.store.len());
    }
}

fn main() {}
