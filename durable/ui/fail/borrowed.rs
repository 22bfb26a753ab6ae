//! The job outlives its caller, and so may outlive what the argument borrows. The fix: `to: String`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(to: &str) {
    let _ = to;
}

fn main() {
    let _ = send_welcome("ada");
}
