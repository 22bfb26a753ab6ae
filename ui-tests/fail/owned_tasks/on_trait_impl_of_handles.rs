//! Tasks are inherent methods. A trait's method may give the handle of one.
//! The fix: `notify` in an `impl Mailer` with `#[owned_tasks]`, and a method of the trait that calls it.

use outlive::{OwnedTracker, TaskHandle, TaskOwner, detached, owned_tasks};

trait Notifier {
    fn notify(&self, user: u64) -> TaskHandle<()>;
}

#[derive(Clone, TaskOwner)]
struct Mailer {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Notifier for Mailer {
    #[detached(timeout = "5s")]
    async fn notify(&self, user: u64) {
        println!("{user}");
    }
}

fn main() {
    Mailer { tasks: OwnedTracker::bounded("mailer", 8) }.notify(7);
}
