//! Tasks on several threads share the service, and a `dyn Store` may not be `Send + Sync`.
//! The fix: `Arc<dyn Store + Send + Sync>`.

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner};

trait Store {
    fn save(&self);
}

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    store: Arc<dyn Store>,
}

fn main() {
    fn save(shop: Shop) {
        shop.store.save();
    }
    let _ = save;
}
