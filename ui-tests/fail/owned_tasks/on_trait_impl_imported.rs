//! Tasks are inherent methods, which the trait's methods call. What is imported for them is used there.
//! The fix: an `impl Shop` with `#[owned_tasks]`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

trait Sells {
    fn sell(&self);
}

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Sells for Shop {
    #[detached(timeout = "5s")]
    fn sell(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 8) }.sell();
}
