//! The tasks may outlive what the service borrows.
//! The fix: `name: Arc<str>`, and no `'a`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks, worker};

#[derive(Clone, TaskOwner)]
struct Shop<'a> {
    tasks: OwnedTracker,
    name: &'a str,
}

#[owned_tasks]
impl<'a> Shop<'a> {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.name);
    }

    #[worker]
    async fn consume(&self) {}
}

fn main() {
    let shop = Shop { tasks: OwnedTracker::bounded("shop", 64), name: "pears" };
    shop.refill("pears".to_owned()).admitted().unwrap();
    shop.consume();
}
