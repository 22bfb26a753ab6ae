//! sqlx's `execute` takes the pool, and `enqueue_in` a transaction, because its commit also commits the job. The fix: `let mut transaction = pool.begin().await?;`, and `.enqueue_in(&mut transaction)`.

use outlive::Tracker;
use outlive_durable::{EnqueueError, durable};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "5s", track = MAIL)]
async fn send_welcome(to: String) {
    let _ = to;
}

async fn sign_up(pool: &sqlx::SqlitePool) -> Result<(), EnqueueError> {
    send_welcome(String::new()).enqueue_in(pool).await?;
    Ok(())
}

fn main() {
    let _ = sign_up;
}
