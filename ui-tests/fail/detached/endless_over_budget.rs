//! What reads a channel until it is closed has no timeout: it ends with the drain.
//! The fix: `#[worker(track = CONSUMERS)]`.

use outlive::{Tracker, detached};
use tokio::sync::mpsc;

static CONSUMERS: Tracker = Tracker::bounded("consumers", 4);

#[detached(timeout = "24h", track = CONSUMERS)]
async fn consume(mut orders: mpsc::Receiver<u64>) {
    while let Some(order) = orders.recv().await {
        println!("order {order}");
    }
}

fn main() {
    consume(mpsc::channel(8).1);
}
