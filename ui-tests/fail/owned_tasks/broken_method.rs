//! One method has a mistake. The other methods, and the callers of this one, have no errors.
//! The fix: `timeout = "5s"`.

use outlive::{OwnedTracker, Rejected, TaskError, TaskOwner, detached, owned_tasks, periodic, worker};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    keys: Vec<String>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5")]
    async fn refill(&self, key: String) -> Result<bool, String> {
        if key.is_empty() { Err(key) } else { Ok(self.keys.contains(&key)) }
    }

    #[detached(timeout = "5s")]
    async fn count(&self) -> usize {
        self.keys.len()
    }

    #[periodic(every = "30s", timeout = "10s")]
    async fn refresh(&self) {
        self.refill("tea".to_owned());
    }

    #[worker(grace = "2s")]
    async fn listen(&self) {}

    fn first(&self) -> Option<&String> {
        self.keys.first()
    }
}

fn admit(shop: &Shop) -> Result<(), Rejected> {
    shop.refresh().admitted()?;
    shop.listen().admitted()?;
    shop.refill("tea".to_owned()).admitted()?;
    Ok(())
}

async fn wait(shop: &Shop) -> Result<Result<bool, String>, TaskError> {
    println!("{} {:?}", shop.count().await?, shop.first());
    shop.refill("tea".to_owned()).await
}

fn main() {
    let shop = Shop { tasks: OwnedTracker::bounded("shop", 64), keys: Vec::new() };
    let _ = admit(&shop);
    drop(wait(&shop));
}
