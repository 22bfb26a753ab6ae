//! The type does not implement `Carrier`, so nothing says how its value is captured and set.
//! The fix: `impl outlive::Carrier for Locale`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Locale;

#[detached(timeout = "5s", track = AUDIT, carry = [Locale])]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
