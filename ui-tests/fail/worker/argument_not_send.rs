//! A worker may run on any thread, and an `Rc` cannot leave its thread.
//! The fix: `route: Arc<str>`.

use std::rc::Rc;

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
async fn deliver(route: Rc<str>) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(Rc::from("north"));
}
