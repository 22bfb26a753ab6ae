use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::common::Db;

pub(crate) fn handler(db: &Db, users: &[u64]) {
    let current = Arc::new(AtomicU64::new(0)); // "`user` does not live long enough"
    for user in users {
        current.store(*user, Relaxed);
        let (db, current) = (db.clone(), Arc::clone(&current));
        tokio::spawn(async move { db.insert(current.load(Relaxed)).await });
    }
}
