//! A site is the function, or each line that calls it.
//! The fix: `site = caller`, or leave it out.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 64);

#[detached(timeout = "5s", track = MAIL, site = line)]
async fn notify(user: u64) {
    println!("{user} signed in");
}

fn main() {
    notify(7);
}
