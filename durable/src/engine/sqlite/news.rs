//! Detects commits of other connections and processes.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;
use tokio::time::sleep;

/// SQLite has no notifications, so it polls. A poll is one system call, which takes microseconds.
const LOOK: Duration = Duration::from_millis(3);

/// Each commit writes to the WAL file. Two commits within one tick of the system's clock may look like one; the worker's own
/// polling finds the jobs of a missed commit.
pub(super) async fn listen(file: &Path, news: &Notify) -> ! {
    let mut log = OsString::from(file);
    log.push("-wal");
    let mut seen = None;
    loop {
        let now = written(Path::new(&log));
        if now != seen {
            seen = now;
            news.notify_one();
        }
        sleep(LOOK).await;
    }
}

fn written(log: &Path) -> Option<(u64, SystemTime)> {
    let log = std::fs::metadata(log).ok()?;
    Some((log.len(), log.modified().ok()?))
}
