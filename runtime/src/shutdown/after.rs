//! After the shutdown of a whole program: a process that runs on is killed in the end, and its log should say why.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use crate::report;
use crate::tracker::Isolated;

/// How long a process may take to end.
const MAY_TAKE: Duration = Duration::from_secs(10);

/// Warns if the process runs then, once. The thread ends with the process.
pub(super) fn watch() {
    static IS_WATCHED: AtomicBool = AtomicBool::new(false);
    if Isolated::current().id() != 0 || IS_WATCHED.swap(true, Relaxed) {
        return;
    }
    let later = || {
        thread::sleep(MAY_TAKE);
        report::runs_on(MAY_TAKE);
    };
    // Without a thread there is no warning.
    let _ = thread::Builder::new().name("outlive-after".to_owned()).spawn(later);
}
