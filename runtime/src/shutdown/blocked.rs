//! Worker threads of the runtime that do not come back: it cannot be dropped while there is one.

use std::collections::HashSet;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::yield_now;
use tokio::time::Instant;

use super::run::Alarm;
use crate::util::later;
use crate::util::sync::lock;

/// Who has run nothing in this time, while there was something to run, is blocked.
const PROBE_TIME: Duration = Duration::from_millis(300);

/// What every worker that comes back takes a turn at.
#[derive(Default)]
struct Probe {
    seen: Mutex<HashSet<ThreadId>>,
    has_ended: AtomicBool,
}

impl Probe {
    async fn run(self: Arc<Self>) {
        while !self.has_ended.load(Relaxed) {
            lock(&self.seen).insert(thread::current().id());
            yield_now().await;
        }
    }

    fn seen(&self) -> usize {
        lock(&self.seen).len()
    }
}

/// However the look ends, so does what was spawned for it.
struct EndProbe<'a>(&'a Probe);

impl Drop for EndProbe<'_> {
    fn drop(&mut self) {
        self.0.has_ended.store(true, Relaxed);
    }
}

/// How many of this runtime's worker threads are blocked. Where none is, that is known at once.
pub(super) async fn blocked_workers() -> usize {
    let Ok(runtime) = Handle::try_current() else { return 0 };
    // Whoever looks is the only one.
    if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
        return 0;
    }
    let workers = runtime.metrics().num_workers();
    let probe = Arc::<Probe>::default();
    let _end = EndProbe(&probe);
    // More than there are workers, so that each finds one.
    for _ in 0..2 * workers {
        drop(runtime.spawn(Arc::clone(&probe).run()));
    }
    let (until, mut alarm) = (later(Instant::now(), PROBE_TIME), Alarm::default());
    let (mut pause, mut at) = (Duration::from_millis(1), Instant::now());
    let mut next = Alarm::default();
    poll_fn(|cx| {
        while next.poll(at, cx).is_ready() {
            if probe.seen() >= workers || alarm.poll(until, cx).is_ready() {
                return Poll::Ready(());
            }
            (at, pause) = (later(Instant::now(), pause), pause * 2);
        }
        Poll::Pending
    })
    .await;
    workers.saturating_sub(probe.seen())
}
