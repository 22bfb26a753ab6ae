//! A union does not say which of its fields is valid.
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
