//! The payload of a panic is the panic's: other errors have none.
//! The fix: `if let TaskError::Panicked(panic) = error { std::panic::resume_unwind(panic.into_payload()) }`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

async fn handler() {
    if let Err(error) = write_audit(7).await {
        std::panic::resume_unwind(error.into_panic());
    }
}

fn main() {
    drop(handler());
}
