//! `fits` takes a list for each phase. rustc compares the types, and has no text of ours to show.
//! The fix: `&[&[AUDIT.budget()], &[MAIL.budget()]]`.

use std::time::Duration;

use outlive::{Shutdown, Tracker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);
static MAIL: Tracker = Tracker::bounded("mail", 8);

const BUDGETS: &[Duration] = &[AUDIT.budget(), MAIL.budget()];
const _: () = Shutdown::fits(BUDGETS, Duration::from_secs(60));

fn main() {}
