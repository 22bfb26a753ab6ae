//! The signature stands in two functions, and what is wrong with it is still reported once.
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
