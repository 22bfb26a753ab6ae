//! A method's body names a field that the service does not have.
//! The fix: `self.keys`.

use outlive::{OwnedTracker, TaskOwner, owned_tasks, worker};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    keys: Vec<String>,
}

#[owned_tasks]
impl Shop {
    #[worker]
    async fn sell(&self) {
        println!("{:?}", self.kyes);
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64), keys: Vec::new() }.sell();
}
