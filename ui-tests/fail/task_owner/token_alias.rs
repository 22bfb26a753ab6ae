//! An alias does not help: a token is a second way to cancel, under any name.
//! The fix: leave it out, and wait for `Context::current().cancelled()` in the loops.

use outlive::{OwnedTracker, TaskOwner};

mod stop {
    pub use tokio_util::sync::CancellationToken as Signal;
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    stop: stop::Signal,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), stop: stop::Signal::new() });
}
