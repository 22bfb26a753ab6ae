//! A connection is no transaction: nobody would say when the job is committed.

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(to: String) {
    let _ = to;
}

async fn sign_up(connection: &mut sqlx::SqliteConnection) {
    let _ = send_welcome(String::new()).enqueue_in(connection).await;
}

fn main() {}
