//! Without a `grace`, a worker is dropped where it waits after it was cancelled.
//! The fix: `grace = "2s"`.

use outlive::{Context, Tracker, worker};
use tokio::sync::mpsc::Receiver;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
async fn deliver(mut letters: Receiver<String>) {
    let ctx = Context::current();
    loop {
        tokio::select! {
            Some(letter) = letters.recv() => send(&letter).await,
            _ = ctx.cancelled() => {
                send("closed").await;
                return;
            }
        }
    }
}

async fn send(letter: &str) {
    println!("{letter}");
}

fn main() {
    deliver(tokio::sync::mpsc::channel(8).1);
}
