//! A loop would carry the task-locals of the request that started it, for ever.
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
