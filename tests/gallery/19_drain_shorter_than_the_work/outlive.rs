use outlive::{DrainReport, Tracker, detached};

use crate::common::{Db, seconds};

static AUDIT: Tracker<6> = Tracker::bounded("audit", 64).drain_budget::<6>(); // one second less does not compile

#[detached(timeout = "6s", track = AUDIT)]
async fn write_audit(db: Db, user: u64) {
    db.insert(user).await;
}

pub(crate) async fn main(db: Db) {
    write_audit(db, 7);
    tokio::task::yield_now().await; // … until SIGTERM
    let report = AUDIT.drain().await;
    println!("{report}");
}

static EXPORTS: Tracker<10> = Tracker::bounded("exports", 1).queue(1).drain_budget::<10>();

#[detached(timeout = "8s", track = EXPORTS)]
async fn exports(db: Db) {
    db.insert(7).await;
}

pub(crate) async fn waits_in_the_queue() -> DrainReport {
    exports(Db::that_takes(seconds(7)));
    exports(Db::that_takes(seconds(7)));
    EXPORTS.drain().await
}
