//! A delay, a key and a queue need a queue, and this call runs in this process at once. The fix: `.enqueue(&queue).await?`, or leave `.after("10m")` out.

use outlive::Tracker;
use outlive_durable::{Spill, SpillError, durable};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(to: String) {
    let _ = to;
}

fn greet(spill: &Spill) -> Result<(), SpillError> {
    send_welcome(String::new()).after("10m").spawn_or_enqueue(spill)?;
    Ok(())
}

fn main() {
    let _ = greet;
}
