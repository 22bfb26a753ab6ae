//! With no attempt, the job would never run. The fix: `const NONE: u32 = 1;`, or more.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

const NONE: u32 = 0;

#[durable(timeout = "5s", attempts = NONE, track = MAIL)]
async fn send_welcome(to: String) {
    let _ = to;
}

fn main() {
    let _ = send_welcome(String::new());
}
