//! A loop outlives every request, and so must not have a request's task-locals.
//! The fix: leave `inherit` out, and pass the tenant as an argument.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

tokio::task_local! {
    static TENANT: u32;
}

#[periodic(every = "30s", timeout = "10s", inherit = [TENANT], track = CACHE)]
async fn refresh(key: u64) {
    println!("{key} {:?}", TENANT.try_get());
}

fn main() {
    refresh(7);
}
