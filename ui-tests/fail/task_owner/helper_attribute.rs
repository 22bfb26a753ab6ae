//! The tracker is found by its type.
//! The fix: leave the attribute out.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
#[task_owner(tracker = "tasks")]
struct Mailer {
    tasks: OwnedTracker,
}

fn main() {
    let mailer = Mailer { tasks: OwnedTracker::bounded("mailer", 8) };
    let _ = mailer.shutdown();
}
