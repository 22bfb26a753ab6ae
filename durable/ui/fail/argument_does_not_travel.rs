//! A job's arguments travel to its worker as JSON, and this type cannot. The fix: `#[state] mailer: Mailer`, which the worker has; or derive `Serialize` and `Deserialize`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

struct Mailer;

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(mailer: Mailer, to: String) {
    let _ = (mailer, to);
}

fn main() {
    let _ = send_welcome(Mailer, String::new());
}
