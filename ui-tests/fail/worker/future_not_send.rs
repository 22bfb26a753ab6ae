//! A worker may move to another thread at each `.await`, and the guard of a std `Mutex` may not.
//! The fix: drop the guard before it, or use tokio's `Mutex`.

use std::sync::{Arc, Mutex};

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
async fn deliver(letters: Arc<Mutex<Vec<String>>>) {
    let letters = letters.lock().unwrap();
    Context::current().cancelled().await;
    println!("{letters:?}");
}

fn main() {
    deliver(Arc::default());
}
