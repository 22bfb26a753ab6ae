use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::common::{Db, seconds};

pub(crate) async fn main(db: Db) {
    let audit = TaskTracker::new();
    audit.spawn(async move { timeout(seconds(6), db.insert(7)).await });
    tokio::task::yield_now().await; // … until SIGTERM
    audit.close();
    let _ = timeout(seconds(1), audit.wait()).await;
}
