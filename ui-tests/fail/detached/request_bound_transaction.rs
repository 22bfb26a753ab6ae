//! A transaction that the request has begun: it holds a connection and locks while the task waits for its turn, and who
//! commits it is no longer the one who sees the request fail.
//! The fix: `pool: Pool<Any>`, and `pool.begin().await` in the task.

use outlive::{Tracker, detached};
use sqlx_core::any::Any;
use sqlx_core::transaction::Transaction;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(transaction: Transaction<'static, Any>) -> Result<(), sqlx_core::Error> {
    transaction.commit().await
}

fn main() {
    let _: fn(Transaction<'static, Any>) -> _ = write_audit;
}
