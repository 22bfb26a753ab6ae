use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use outlive::{Rejected, TaskSite, Tracker, detached, sites};

use crate::common::Db;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(db: Db, user: u64) {
    db.insert(user).await;
}

pub(crate) async fn main(db: Db) -> bool {
    write_audit(db.clone(), 1);
    let report = AUDIT.drain().await;
    assert!(report.is_clean());
    match write_audit(db, 2).admitted() {
        Ok(_) => true,
        Err(Rejected::Draining) => false,
        Err(other) => unreachable!("{other}"),
    }
}

static ORDERS: Tracker = Tracker::bounded("orders", 64);

#[detached(timeout = "5s", track = ORDERS)]
async fn ship(db: Db) -> bool {
    db.insert(1).await;
    bill(db).admitted().is_ok() // the drain has begun: this is part of what was accepted before
}

#[detached(timeout = "5s", track = ORDERS)]
async fn bill(db: Db) {
    db.insert(2).await;
}

pub(crate) async fn main_with_follow_ups(db: Db) -> bool {
    let shipped = ship(db);
    let report = ORDERS.drain().await;
    assert_eq!(report.finished(), 2);
    shipped.await.unwrap()
}

pub(crate) static RACING: Tracker = Tracker::unbounded("racing");

#[detached(timeout = "5s", track = RACING)]
pub(crate) async fn count(written: Arc<AtomicUsize>) {
    written.fetch_add(1, SeqCst);
}

pub(crate) fn site(name: &str) -> &'static TaskSite {
    sites().find(|site| site.file() == file!() && site.name() == name).unwrap()
}
