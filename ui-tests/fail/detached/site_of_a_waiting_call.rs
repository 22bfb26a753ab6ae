//! With `when_full = wait` the call is an `async fn`. It runs where it is polled, and does not know the line of its call.
//! The fix: leave `site` out, or refuse what is too much and try again.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 64);

#[detached(timeout = "5s", track = MAIL, site = caller, when_full = wait)]
async fn notify(user: u64) {
    println!("{user} signed in");
}

fn main() {
    let _waits = notify(7);
}
