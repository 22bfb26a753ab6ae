//! A run of a loop is no job in a queue. The fix: a loop of its own, which enqueues a job.

use outlive::{Tracker, periodic};
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[periodic(every = "1h", timeout = "5s", track = MAIL)]
#[durable(timeout = "5s", track = MAIL)]
async fn send_digest(day: u64) {
    println!("{day}");
}

fn main() {
    send_digest(7);
}
