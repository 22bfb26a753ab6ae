//! The task may move from one thread to another at every await, and an `Rc` may not.
//! The fix: `Arc`.

use std::rc::Rc;

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    let user = Rc::new(7);
    detach!(timeout = "5s", track = AUDIT, async move {
        write_audit(*user).await;
        drop(user);
    });
}
