//! `caller` is a word, and not a string.
//! The fix: `site = caller`.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 64);

#[detached(timeout = "5s", track = MAIL, site = "caller")]
async fn notify(user: u64) {
    println!("{user} signed in");
}

fn main() {
    notify(7);
}
