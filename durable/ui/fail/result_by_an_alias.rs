//! Nobody waits for the value of a job, even behind an alias. The fix: `Result<(), std::io::Error>`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

type Sent = Result<u64, std::io::Error>;

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(to: String) -> Sent {
    Ok(to.len() as u64)
}

fn main() {
    let _ = send_welcome(String::new());
}
