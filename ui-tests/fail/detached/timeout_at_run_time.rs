//! The compiler has to know how long a drain must wait. `plan` is known only at the call.
//! The fix: `max_timeout = "10s"`, the most that the limit may be.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Plan(u64);

fn limit_of(plan: Plan) -> Duration {
    Duration::from_secs(plan.0)
}

#[detached(timeout = limit_of(plan), track = AUDIT)]
async fn write_audit(plan: Plan) {
    println!("{}", plan.0);
}

fn main() {
    write_audit(Plan(7));
}
