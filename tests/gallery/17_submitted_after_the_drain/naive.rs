use tokio_util::task::TaskTracker;

use crate::common::Db;

pub(crate) async fn main(db: Db) -> bool {
    let audit = TaskTracker::new();
    let first = db.clone();
    audit.spawn(async move { first.insert(1).await });
    audit.close();
    audit.wait().await;
    audit.spawn(async move { db.insert(2).await }); // no error to look at
    true
}
