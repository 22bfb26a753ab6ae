//! A detached task would keep a pooled connection from the requests that wait for one.
//! The fix: `pool: Pool<Any>`, and `pool.acquire().await` in the task.

use outlive::{Tracker, detached};
use sqlx_core::any::Any;
use sqlx_core::pool::PoolConnection;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(connection: PoolConnection<Any>) {
    drop(connection);
}

fn main() {
    let _: fn(PoolConnection<Any>) -> _ = write_audit;
}
