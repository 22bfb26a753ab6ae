use crate::common::Db;

pub(crate) fn handler(db: Db) {
    tokio::spawn(async move { db.insert(7).await });
}
