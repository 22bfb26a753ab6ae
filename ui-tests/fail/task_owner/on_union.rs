//! Nobody knows what is in a union.
//! The fix: `struct Server { tasks: OwnedTracker, state: State }`.

use std::mem::ManuallyDrop;

use outlive::{OwnedTracker, TaskOwner};

#[derive(TaskOwner)]
union Server {
    tasks: ManuallyDrop<OwnedTracker>,
    idle: (),
}

fn main() {
    let server = Server { idle: () };
    unsafe { drop(ManuallyDrop::into_inner(server.tasks)) }
}
