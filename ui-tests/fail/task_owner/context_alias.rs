//! An alias does not help: the compiler knows the field's type.
//! The fix: leave it out. (A type of your own by the name of `Context` is not refused.)

use outlive::{OwnedTracker, TaskOwner};

type Request = outlive::Context;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    request: Request,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), request: Request::current() });
}
