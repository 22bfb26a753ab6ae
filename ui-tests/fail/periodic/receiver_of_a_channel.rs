//! Each run gets clones of the arguments, and the receiver of a channel has none.
//! The fix: `Arc<tokio::sync::Mutex<Receiver<u64>>>`.

use tokio::sync::mpsc::Receiver;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 64);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(keys: Receiver<u64>) {
    drop(keys);
}

fn main() {}
