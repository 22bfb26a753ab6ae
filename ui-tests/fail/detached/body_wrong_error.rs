//! `?` needs a conversion from the one error to the other.
//! The fix: `impl From<ParseIntError> for AuditError`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct AuditError;

impl From<std::io::Error> for AuditError {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

#[detached(timeout = "5s", track = AUDIT)]
async fn parse(user: String) -> Result<u64, AuditError> {
    let user: u64 = user.parse()?;
    Ok(user)
}

fn main() {
    parse("7".to_owned());
}
