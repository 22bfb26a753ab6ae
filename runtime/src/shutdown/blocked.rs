//! Worker threads of the runtime that do not come back: it cannot be dropped while there is one.

use std::future::poll_fn;
use std::time::Duration;

#[cfg(target_has_atomic = "64")]
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::Instant;

use super::run::Alarm;
use crate::util::later;

/// Who has not come to rest in this time, when the servers and the tasks have ended, is blocked.
const LOOKS_FOR: Duration = Duration::from_millis(100);

/// How many of this runtime's worker threads are blocked.
pub(super) async fn blocked_workers() -> usize {
    let busy = busy();
    if busy.is_empty() {
        return 0;
    }
    let (until, mut alarm) = (later(Instant::now(), LOOKS_FOR), Alarm::default());
    poll_fn(|cx| alarm.poll(until, cx)).await;
    let now = self::busy();
    busy.iter().filter(|then| now.contains(then)).count()
}

/// The workers that run, each with how often it has gone to rest and come back.
#[cfg(target_has_atomic = "64")]
fn busy() -> Vec<(usize, u64)> {
    let Ok(runtime) = Handle::try_current() else { return Vec::new() };
    // Whoever looks is the only one.
    if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
        return Vec::new();
    }
    let metrics = runtime.metrics();
    let count = |worker| (worker, metrics.worker_park_unpark_count(worker));
    // An odd count is one that rests.
    (0..metrics.num_workers()).map(count).filter(|(_, count)| count % 2 == 0).collect()
}

/// tokio does not count there.
#[cfg(not(target_has_atomic = "64"))]
fn busy() -> Vec<(usize, u64)> {
    Vec::new()
}
