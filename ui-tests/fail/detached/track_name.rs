//! A tracker is named as a static is, and not by the name that reports show.
//! The fix: `track = MAIL`, and the static, if there is none.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "5s", track = "mail")]
async fn send(user: u64) {
    println!("{user} gets a letter");
}

fn main() {
    send(7);
    println!("{}", MAIL.name());
}
