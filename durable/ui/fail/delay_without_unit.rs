//! A delay has a unit. The fix: `.after(std::time::Duration::from_secs(600))`, or `.after("10m")`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn remind(to: String) {
    let _ = to;
}

fn main() {
    let _job = remind(String::new()).after(600);
}
