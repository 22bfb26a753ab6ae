//! The queue tries the job again, and a `retry` within an attempt would count a second time. The fix: `attempts = 5, backoff = "1s..5m"`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", retry = "3, 100ms..2s", track = MAIL)]
async fn send_welcome(to: String) -> Result<(), std::io::Error> {
    let _ = to;
    Ok(())
}

fn main() {
    let _ = send_welcome(String::new());
}
