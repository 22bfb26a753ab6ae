//! A worker outlives every request, and so must not have a request's task-locals.
//! The fix: leave `inherit` out, and pass the tenant as an argument.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

tokio::task_local! {
    static TENANT: u32;
}

#[worker(inherit = [TENANT], track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
