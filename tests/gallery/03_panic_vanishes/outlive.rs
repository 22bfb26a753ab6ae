use outlive::{TaskSite, Tracker, detached, sites};

use crate::common::Db;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

pub(crate) fn handler(db: Db) {
    write_audit(db, 13);
}

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(db: Db, user: u64) {
    db.insert(user).await;
    panic!("user {user} has no audit log");
}

pub(crate) fn site() -> &'static TaskSite {
    sites().find(|site| site.file() == file!()).unwrap()
}
