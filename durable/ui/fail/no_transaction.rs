//! `enqueue_in` takes a transaction, because its commit also commits the job. This is a connection. The fix: `let mut transaction = connection.begin().await?;`, and `.enqueue_in(&mut transaction)`.

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
