//! Nobody waits for the value of a job. The fix: `Result<(), std::io::Error>`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(to: String) -> Result<u64, std::io::Error> {
    Ok(to.len() as u64)
}

fn main() {
    let _ = send_welcome(String::new());
}
