//! What the iterator gives is borrowed.
//! The fix: `names: impl Iterator<Item = String>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(names: impl Iterator<Item = &str>) {
    println!("{}", names.count());
}

fn main() {
    write_audit(std::iter::empty());
}
