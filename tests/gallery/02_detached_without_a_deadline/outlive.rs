use outlive::{Tracker, detached, worker};

use crate::common::Db;

static AUDIT: Tracker = Tracker::bounded("audit", 64).queue(1_000);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(db: Db, user: u64) {
    db.insert(user).await;
}

pub(crate) fn handler(db: Db) {
    write_audit(db, 7);
}

pub(crate) static FOLLOWERS: Tracker = Tracker::bounded("followers", 100);

#[worker(track = FOLLOWERS)]
async fn follow(db: Db) {
    db.insert(7).await;
}

pub(crate) fn follow_for_ever(db: Db) {
    follow(db);
}
