//! Without a `grace`, a worker is dropped at its first await behind `cancelled()`, and its last batch is lost.
//! The fix: `grace = "2s"`.

use outlive::{Context, Tracker, worker};
use tokio::sync::mpsc::Receiver;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
async fn deliver(mut letters: Receiver<String>) {
    let ctx = Context::current();
    let mut batch = Vec::new();
    loop {
        tokio::select! {
            Some(letter) = letters.recv() => batch.push(letter),
            _ = ctx.cancelled() => break,
        }
    }
    if !batch.is_empty() {
        send(&batch).await;
    }
}

async fn send(letters: &[String]) {
    println!("{letters:?}");
}

fn main() {
    deliver(tokio::sync::mpsc::channel(8).1);
}
