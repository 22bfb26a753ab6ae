//! The worker clones its state for each run, and this type has no clone. The fix: `#[state] mailer: Arc<Mailer>`.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

struct Mailer;

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(#[state] mailer: Mailer, to: String) {
    let _ = (mailer, to);
}

fn main() {
    let _ = send_welcome(String::new());
}
