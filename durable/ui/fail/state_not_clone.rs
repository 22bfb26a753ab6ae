//! The worker clones what it has for each run.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

struct Mailer;

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(#[state] mailer: Mailer, to: String) {
    let _ = (mailer, to);
}

fn main() {
    let _ = send_welcome(String::new());
}
