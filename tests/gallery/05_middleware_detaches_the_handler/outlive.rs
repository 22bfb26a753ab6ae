use outlive::{TaskError, Tracker, detach, detached};

use super::Next;
use crate::common::Db;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(db: Db) {
    db.insert(1).await;
}

pub(crate) async fn middleware(next: Next) -> &'static str {
    write_audit(next.audit.clone());
    next.run().await
}

static HANDLERS: Tracker = Tracker::bounded("handlers", 200);

#[detached(timeout = "15s", track = HANDLERS, allow_request_bound = "an order is charged and written, or neither")]
async fn to_its_end(next: Next) -> &'static str {
    next.run().await
}

pub(crate) async fn meant(next: Next) -> Result<&'static str, TaskError> {
    to_its_end(next).await
}

pub(crate) async fn captured(next: Next) -> Result<&'static str, TaskError> {
    detach!(timeout = "15s", track = HANDLERS, next.run()).await
}
