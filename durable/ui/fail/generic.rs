//! The queue stores the function's name, and not the type of its `T`. The fix: `to: String`, or a function for each type.

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
