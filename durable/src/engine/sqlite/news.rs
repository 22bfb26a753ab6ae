//! Whether anybody has committed: another connection, another process.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;
use tokio::time::sleep;

/// SQLite has nobody who would tell. A look is one call of the system's, which takes microseconds.
const LOOK: Duration = Duration::from_millis(3);

/// Each commit writes to the log beside the file. Two within one tick of the system's clock may be one to see: what is missed so is
/// found by whoever looks for jobs now and then.
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
