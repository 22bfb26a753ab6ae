//! The names alone are listed.
//! The fix: `inherit = [REQUEST_ID]`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

tokio::task_local! {
    static REQUEST_ID: u64;
}

#[detached(timeout = "5s", inherit = [&REQUEST_ID], track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} {:?}", REQUEST_ID.try_with(|id| *id));
}

fn main() {
    write_audit(7);
}
