//! `restart` belongs to `#[worker]`.
//! The fix: `#[worker(restart = "1s..1m")]`; or leave `restart` out.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "10s", restart = "1s..1m")]
    async fn sell(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.sell();
}
