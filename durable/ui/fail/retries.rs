//! Celery's names: how often and how long in between are `attempts` and `backoff` here.
//! The fix: `backoff = "2s..10m"`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "15s", retry_backoff = "2s..10m", track = MAIL)]
async fn send_welcome(to: String) -> Result<(), std::io::Error> {
    println!("{to}");
    Ok(())
}

fn main() {
    drop(send_welcome("ada".to_owned()));
}
