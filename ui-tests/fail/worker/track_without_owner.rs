//! The tracker is the service's own, and without `#[owned_tasks]` the worker would own the service: it would never end.
//! The fix: `&self`, with `#[owned_tasks]` on the `impl`.

use outlive::{OwnedTracker, worker};

struct Mailbox {
    tasks: OwnedTracker,
}

impl Mailbox {
    #[worker(track = self.tasks)]
    async fn deliver(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    Mailbox { tasks: OwnedTracker::bounded("mail", 8) }.deliver();
}
