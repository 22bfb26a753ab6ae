//! A worker with a service's `OwnedTracker` would hold the service by value, and never end.
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
