//! Whatever lives for `'a` may be gone before the task ends. A bound in a `where` clause says the same.
//! The fix: `E: Debug + Send + 'static`.

use std::fmt::Debug;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit<'a, E>(event: E)
where
    E: Debug + Send + 'a,
{
    println!("{event:?}");
}

fn main() {}
