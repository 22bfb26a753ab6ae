//! The timeout of a generic service's method is checked when the method is built. This one never ends.
//! The fix: the longest time that a call may take, or a `#[worker]`, which ends when it is told.

use std::time::Duration;

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

trait Patient: Clone + Send + Sync + 'static {}

#[derive(Clone)]
struct Client;

impl Patient for Client {}

#[derive(Clone, TaskOwner)]
struct Shop<P: Patient> {
    tasks: OwnedTracker,
    client: P,
}

const FOREVER: Duration = Duration::MAX;

#[owned_tasks]
impl<P: Patient> Shop<P> {
    #[detached(timeout = FOREVER)]
    async fn export(&self, to: String) {
        println!("{to} {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64), client: Client }.export("accounts".to_owned());
}
