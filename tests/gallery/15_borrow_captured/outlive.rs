use outlive::{Tracker, detached};

use crate::common::Db;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(db: Db, user: u64) {
    db.insert(user).await;
}

pub(crate) fn handler(db: &Db, users: &[u64]) {
    for user in users {
        write_audit(db.clone(), *user);
    }
}
