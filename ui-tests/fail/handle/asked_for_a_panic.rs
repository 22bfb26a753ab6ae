//! tokio's `JoinError` has methods where a `TaskError` has variants.
//! The fix: `matches!(error, TaskError::Panicked(_))`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

async fn handler() {
    if let Err(error) = write_audit(7).await {
        println!("panicked: {}", error.is_panic());
    }
}

fn main() {
    drop(handler());
}
