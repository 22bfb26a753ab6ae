//! The service's tasks use it on other threads, and an `Rc` cannot leave its thread.
//! The fix: `Arc<str>`.

use std::rc::Rc;

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    name: Rc<str>,
}

fn main() {
    let server = Server { tasks: OwnedTracker::bounded("shop", 64), name: Rc::from("shop") };
    println!("{}", server.name);
}
