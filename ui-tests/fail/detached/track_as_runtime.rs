//! A task runs on a tokio runtime, and is held by a tracker. `on` is for the runtime.
//! The fix: `track = MAIL`.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "5s", on = MAIL)]
async fn send(to: String) {
    println!("{to}");
}

fn main() {
    send("someone@example.com".to_owned());
}
