use outlive::{Tracker, detached};
use tokio::time::sleep;

use crate::common::{Db, seconds};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(db: Db, user: u64) {
    db.insert(user).await;
}

pub(crate) async fn handler(db: Db) -> &'static str {
    write_audit(db, 7);
    sleep(seconds(5)).await; // a slow response
    "accepted"
}
