use std::future::pending;
use std::time::Duration;

use outlive::{DrainReport, Shutdown, ShutdownReport, Tracker, detached};
use tokio::time::sleep;

use crate::common::{Db, seconds};

static TRANSFERS: Tracker = Tracker::bounded("transfers", 64);

#[detached(timeout = "5s", track = TRANSFERS)]
async fn transfer(db: Db) {
    db.insert(1).await;
    db.insert(2).await;
}

pub(crate) async fn main(db: Db) {
    transfer(db);
    sleep(Duration::from_millis(1_500)).await; // … until SIGTERM
    let report = TRANSFERS.drain().await;
    println!("{report}");
}

static SLOW: Tracker = Tracker::bounded("slow", 1).queue(1);

#[detached(timeout = "20s", track = SLOW)]
async fn ends(db: Db) {
    db.insert(1).await;
}

#[detached(timeout = "20s", track = SLOW)]
async fn hangs() {
    pending::<()>().await;
}

pub(crate) async fn drains_what_hangs() -> DrainReport {
    ends(Db::that_takes(seconds(1)));
    hangs(); // its turn comes a second after the drain has begun: 20 s from there are more than the drain has left
    SLOW.drain().await
}

static FORGOTTEN: Tracker = Tracker::bounded("forgotten", 64);

#[detached(timeout = "5s", track = FORGOTTEN)]
async fn forgotten_transfer(db: Db) {
    db.insert(1).await;
    db.insert(2).await;
}

pub(crate) async fn main_that_forgets(db: Db) {
    forgotten_transfer(db);
    sleep(Duration::from_millis(1_500)).await;
}

/// Stands for a crate that somebody else wrote.
mod library {
    use outlive::{Tracker, detached};

    use crate::common::Db;

    static TASKS: Tracker = Tracker::bounded("somebody's library", 64);

    #[detached(timeout = "5s", track = TASKS)]
    pub(super) async fn flush(db: Db) {
        db.insert(1).await;
    }
}

pub(crate) async fn shuts_everything_down() -> ShutdownReport {
    library::flush(Db::that_takes(seconds(2)));
    Shutdown::all().phase("stores").tracker(&TRANSFERS).run().await
}
