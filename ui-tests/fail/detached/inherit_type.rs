//! What crosses is a task-local, which is a static, and no type.
//! The fix: `inherit = [REQUEST_ID]`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[derive(Clone)]
struct RequestId(u64);

tokio::task_local! {
    static REQUEST_ID: RequestId;
}

#[detached(timeout = "5s", inherit = [RequestId], track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} {:?}", REQUEST_ID.try_with(|id| id.0));
}

fn main() {
    REQUEST_ID.sync_scope(RequestId(1), || write_audit(7));
}
