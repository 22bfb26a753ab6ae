//! A run may take longer than a drain of its tracker waits. The fix: a shorter timeout, or `static MAIL: Tracker<30>` with `.drain_budget::<30>()`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "30s", track = MAIL)]
async fn send_welcome(to: String) {
    let _ = to;
}

fn main() {
    let _ = send_welcome(String::new());
}
