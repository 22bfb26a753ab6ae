//! The worker outlives its caller, and may outlive the mailbox that `&self` borrows.
//! The fix: `self` by value: an actor; or `#[owned_tasks]` on the `impl`.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

struct Mailbox {
    route: u64,
}

impl Mailbox {
    #[worker(grace = "2s", track = MAIL)]
    async fn deliver(&self) {
        println!("{} {:?}", self.route, Context::current().cancelled().await);
    }
}

fn main() {
    Mailbox { route: 7 }.deliver();
}
