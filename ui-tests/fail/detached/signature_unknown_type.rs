//! A type in the signature does not exist. The macro writes the signature twice, and there is one error.
//! The fix: `AuditError`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Debug)]
struct AuditError;

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: Option<Evnt>) -> Result<(), AuditEror> {
    println!("{event:?}");
    Ok(())
}

fn main() {
    write_audit(None);
}
