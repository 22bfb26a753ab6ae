//! `#[worker]` goes on one method, and not on the `impl`.
//! The fix: `#[owned_tasks]` here, and `#[worker]` on `deliver`.

use outlive::{OwnedTracker, TaskOwner, worker};

#[derive(Clone, TaskOwner)]
struct Mailbox {
    tasks: OwnedTracker,
}

#[worker]
impl Mailbox {
    async fn deliver(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    drop(Mailbox { tasks: OwnedTracker::bounded("mail", 8) }.deliver());
}
