//! A job's arguments travel by their names, and a pattern has none. The fix: a name, and the pattern in the body.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome((to, from): (String, String)) {
    let _ = (to, from);
}

fn main() {
    let _ = send_welcome((String::new(), String::new()));
}
