//! A job that runs here is given to a spill, which writes it to its queue only if that fails; this is the queue. The fix: `let spill = Spill::to(&queue).start();`, once, and `.spawn_or_enqueue(&spill)`.

use outlive::Tracker;
use outlive_durable::{Queue, SpillError, durable};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(to: String) {
    let _ = to;
}

fn greet(queue: &Queue) -> Result<(), SpillError> {
    send_welcome(String::new()).spawn_or_enqueue(queue)?;
    Ok(())
}

fn main() {
    let _ = greet;
}
