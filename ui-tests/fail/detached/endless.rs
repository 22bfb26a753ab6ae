//! A call ends. What runs until the shutdown is a worker, and what is repeated is a periodic function.
//! The fix: `#[worker(track = MAIL)]`.

use outlive::{Tracker, detached};
use tokio::sync::mpsc;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "5s", track = MAIL)]
async fn deliver(mut mails: mpsc::Receiver<String>) {
    loop {
        let mail = mails.recv().await;
        println!("{mail:?}");
    }
}

fn main() {
    deliver(mpsc::channel(8).1);
}
