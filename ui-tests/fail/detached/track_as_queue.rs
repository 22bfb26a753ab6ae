//! What holds a function's tasks is its tracker, and the argument for it is `track`.
//! The fix: `track = MAIL`.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8).queue(1_000);

#[detached(timeout = "5s", queue = MAIL)]
async fn send(to: String) {
    println!("{to}");
}

fn main() {
    send("someone@example.com".to_owned());
}
