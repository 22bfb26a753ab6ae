//! Two phases of 20 s each, in a deployment that kills the process after 30.
//! The fix: `terminationGracePeriodSeconds: 42`, or shorter drain budgets.

use std::time::Duration;

use outlive::{Shutdown, Tracker};

static REQUESTS: Tracker = Tracker::bounded("requests", 256);
static AUDIT: Tracker = Tracker::bounded("audit", 64);

const GRACE_PERIOD: Duration = Duration::from_secs(30);
const _: () = Shutdown::fits(&[&[REQUESTS.budget()], &[AUDIT.budget()]], GRACE_PERIOD);

fn main() {}
