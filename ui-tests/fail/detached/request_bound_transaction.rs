//! The request began the transaction. It would hold a connection and locks while
//! the task waits in the queue, and the request could fail without a rollback.
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
