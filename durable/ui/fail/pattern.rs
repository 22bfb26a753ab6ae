//! A pattern has no name to travel by.

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
