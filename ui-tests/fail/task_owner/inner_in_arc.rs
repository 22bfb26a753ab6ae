//! The type in the `Arc` holds the tracker.
//! The fix: derive it for `Inner`.

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct App(Arc<Inner>);

struct Inner {
    tasks: OwnedTracker,
}

fn main() {
    let app = App(Arc::new(Inner { tasks: OwnedTracker::bounded("app", 64) }));
    println!("{}", app.0.tasks.live());
}
