//! A method has two kinds of task.
//! The fix: `#[outlive::worker]`, or `#[detached(timeout = "5s")]`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    #[worker]
    async fn sell(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.sell();
}
