use outlive::{Tracker, detached};

use crate::common::Db;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(db: Db, user: u64) {
    db.insert(user).await;
}

pub(crate) async fn main(db: Db) {
    for user in 1..=3 {
        write_audit(db.clone(), user);
    }
    tokio::task::yield_now().await; // … until SIGTERM
    let report = AUDIT.drain().await;
    println!("{report}");
}
