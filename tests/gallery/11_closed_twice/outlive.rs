use outlive::{Tracker, detached};

use crate::common::Db;

pub(crate) static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
pub(crate) async fn write_audit(db: Db, user: u64) {
    db.insert(user).await;
}
