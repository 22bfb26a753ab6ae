use tokio_util::task::TaskTracker;

use crate::common::Db;

pub(crate) async fn main(db: Db) {
    let audit = TaskTracker::new();
    for user in 1..=3 {
        let db = db.clone();
        audit.spawn(async move { db.insert(user).await });
    }
    tokio::task::yield_now().await; // … until SIGTERM
    audit.close();
}
