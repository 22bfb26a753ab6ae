//! Celery uses these names. Here the arguments are `attempts` and `backoff`.
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
