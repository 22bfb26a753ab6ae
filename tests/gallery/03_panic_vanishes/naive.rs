use crate::common::Db;

pub(crate) fn handler(db: Db) {
    tokio::spawn(write_audit(db, 13)); // the handle is dropped here, and the panic with it
}

async fn write_audit(db: Db, user: u64) {
    db.insert(user).await;
    panic!("user {user} has no audit log");
}
