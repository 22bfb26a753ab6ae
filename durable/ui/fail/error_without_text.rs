//! The error of a run is written into its row, as text. The fix: an error that is `Display`, as in `Result<(), String>`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(to: String) -> Result<(), ()> {
    drop(to);
    Ok(())
}

fn main() {
    let _ = send_welcome(String::new());
}
