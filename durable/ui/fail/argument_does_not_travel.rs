//! A job travels to its worker as JSON: what only the process has does not.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

struct Mailer;

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(mailer: Mailer, to: String) {
    let _ = (mailer, to);
}

fn main() {
    let _ = send_welcome(Mailer, String::new());
}
