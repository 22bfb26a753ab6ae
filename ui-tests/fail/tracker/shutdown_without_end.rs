//! This shutdown may take longer than any deployment waits, and its length cannot be expressed in seconds.
//! The fix: a drain budget that somebody is going to wait.

use std::time::Duration;

use outlive::{Shutdown, Tracker};

static EXPORT: Tracker<{ u64::MAX }> = Tracker::bounded("export", 4).drain_budget::<{ u64::MAX }>();

const _: () = Shutdown::fits(&[&[EXPORT.budget()]], Duration::from_secs(30));

fn main() {}
