//! Each task of a service works on a clone of it, and the destructor would run at the end of each task.
//! The fix: a type of its own with the `impl Drop`, in a field `Arc<Lease>`; or what is behind `server.shutdown().await`.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    lease: u64,
}

impl Drop for Server {
    fn drop(&mut self) {
        println!("lease {} is given back", self.lease);
    }
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("server", 8), lease: 7 });
}
