//! A durable call is kept: nobody awaits what it gives.
//! The fix: `.enqueue(&queue).await?`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "15s", track = MAIL)]
async fn send_welcome(to: String) -> Result<(), std::io::Error> {
    println!("{to}");
    Ok(())
}

#[tokio::main]
async fn main() {
    send_welcome("ada".to_owned()).await;
}
