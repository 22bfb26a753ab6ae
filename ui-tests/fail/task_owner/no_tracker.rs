//! The service has no tracker for its tasks.
//! The fix: a field `tasks: OwnedTracker`.

use outlive::TaskOwner;

#[derive(Clone, TaskOwner)]
struct Server {
    name: String,
}

fn main() {
    let server = Server { name: "shop".to_owned() };
    println!("{}", server.name);
}
