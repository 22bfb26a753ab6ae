use std::time::Duration;

use tokio::time::sleep;

use crate::common::Db;

pub(crate) async fn main(db: Db) {
    tokio::spawn(async move {
        db.insert(1).await;
        db.insert(2).await;
    });
    sleep(Duration::from_millis(1_500)).await; // … until SIGTERM
}
