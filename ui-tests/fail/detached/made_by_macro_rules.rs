//! The mistake comes from an argument of a `macro_rules!` macro. It is shown where the user wrote it.
//! The fix: `audited!(write_audit, "5s")`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

macro_rules! audited {
    ($name:ident, $timeout:literal) => {
        #[detached(timeout = $timeout, track = AUDIT)]
        async fn $name(user: u64) {
            println!("{user}");
        }
    };
}

audited!(write_audit, "5");

fn main() {
    write_audit(7);
}
