//! A worker that restarts gets clones of its arguments, and a `Receiver` has none.
//! The fix: `letters: Arc<Mutex<Receiver<String>>>`; or no `restart`, and a loop that does not end at an `Err`.

use outlive::{Tracker, worker};
use tokio::sync::mpsc;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(restart = "1s..1m", track = MAIL)]
async fn deliver(mut letters: mpsc::Receiver<String>) -> Result<(), String> {
    while let Some(letter) = letters.recv().await {
        println!("{letter}");
    }
    Err("nobody writes any more".to_owned())
}

fn main() {
    let (send, receive) = mpsc::channel(8);
    drop(send);
    deliver(receive);
}
