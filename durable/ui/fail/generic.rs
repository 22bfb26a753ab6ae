//! The queue keeps names, and no types.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome<T: Into<String>>(to: T) {
    let _ = to;
}

fn main() {
    let _ = send_welcome("ada");
}
