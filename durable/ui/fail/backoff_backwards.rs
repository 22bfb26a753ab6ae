//! The pauses grow, so the shorter one comes first. The fix: `backoff = "1s..5m"`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", backoff = "5m..1s", track = MAIL)]
async fn send_welcome(to: String) {
    let _ = to;
}

fn main() {
    let _ = send_welcome(String::new());
}
