//! An actor changes itself, so it must own itself.
//! The fix: `mut self`.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

struct Mailbox {
    route: u64,
}

impl Mailbox {
    #[worker(grace = "2s", track = MAIL)]
    async fn deliver(&mut self) {
        self.route += 1;
        println!("{} {:?}", self.route, Context::current().cancelled().await);
    }
}

fn main() {
    Mailbox { route: 7 }.deliver();
}
