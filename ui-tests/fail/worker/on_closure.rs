//! A closure has no name to be reported by.
//! The fix: an `async fn` with `#[worker(track = MAIL)]`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

fn main() {
    #[worker(track = MAIL)]
    let deliver = async || println!("{}", MAIL.live());
    drop(deliver());
}
