//! `inherit` takes a list, even of one task-local.
//! The fix: `inherit = [TENANT]`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

tokio::task_local! {
    static TENANT: u32;
}

#[detached(timeout = "5s", track = AUDIT, inherit = TENANT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
