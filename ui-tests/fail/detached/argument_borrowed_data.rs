//! The task outlives its caller, and so may outlive the text that the mail borrows.
//! The fix: `struct Mail { to: String }`, and `mail: Mail`.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8);

struct Mail<'a> {
    to: &'a str,
}

#[detached(timeout = "5s", track = MAIL)]
async fn send(mail: Mail<'_>) {
    println!("{}", mail.to);
}

fn main() {
    send(Mail { to: "someone@example.com" });
}
