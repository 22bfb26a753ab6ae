//! A call gives a handle, and not the method's result.
//! The fix: `shop.count().await?`.

use outlive::{OwnedTracker, TaskError, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn count(&self) -> usize {
        self.tasks.live()
    }
}

async fn count(shop: &Shop) -> Result<usize, TaskError> {
    let count: usize = shop.count().await;
    Ok(count)
}

fn main() {
    drop(count(&Shop { tasks: OwnedTracker::bounded("shop", 64) }));
}
