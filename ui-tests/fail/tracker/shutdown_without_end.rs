//! No deployment gives a process the time that this shutdown may take, and no number of seconds says it.
//! The fix: a drain budget that somebody is going to wait.

use std::time::Duration;

use outlive::{Shutdown, Tracker};

static EXPORT: Tracker<{ u64::MAX }> = Tracker::bounded("export", 4).drain_budget::<{ u64::MAX }>();

const _: () = Shutdown::fits(&[&[EXPORT.budget()]], Duration::from_secs(30));

fn main() {}
