//! A `Job` that is not enqueued never runs. The fix: `.enqueue(&queue).await?`.

#![deny(unused_must_use)]

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(to: String) {
    let _ = to;
}

fn main() {
    send_welcome(String::new());
}
