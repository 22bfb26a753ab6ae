//! There is a mistake in the attribute. What only the body and the attribute use is not reported as unused.
//! The fix: `grace = "1s"`.

#![deny(unused)]

mod shared {
    use std::time::Duration;

    use outlive::Tracker;

    pub static AUDIT: Tracker = Tracker::bounded("audit", 64);
    pub const LIMIT: Duration = Duration::from_secs(5);
}

use std::collections::HashMap;
use std::fmt::Write as _;

use outlive::detached;
use shared::{AUDIT, LIMIT};

#[detached(timeout = LIMIT, grace = "1", track = AUDIT)]
async fn write_audit(mut event: String) {
    let mut seen = HashMap::new();
    seen.insert(event.clone(), 1);
    let _ = write!(event, "{seen:?}");
}

fn main() {
    write_audit("signed in".to_owned());
}
