//! Detects blocked worker threads of the runtime, because dropping the runtime would wait for them.

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

/// A worker thread that runs no waiting task in this time is blocked.
const PROBE_TIME: Duration = Duration::from_millis(300);

/// A task that every free worker thread runs, and that records its thread.
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

/// Ends the probe's tasks when it is dropped.
struct EndProbe<'a>(&'a Probe);

impl Drop for EndProbe<'_> {
    fn drop(&mut self) {
        self.0.has_ended.store(true, Relaxed);
    }
}

/// How many of this runtime's worker threads are blocked. If none is, it returns at once.
pub(super) async fn blocked_workers() -> usize {
    let Ok(runtime) = Handle::try_current() else { return 0 };
    // The only thread runs this code.
    if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
        return 0;
    }
    let workers = runtime.metrics().num_workers();
    let probe = Arc::<Probe>::default();
    let _end = EndProbe(&probe);
    // More tasks than workers, so that each worker gets one.
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
