//! A service that is replaced takes its tasks with it: 2,000 reloads return to the baseline, and lose no bounded task.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use outlive::{Context, OwnedTracker, TaskOwner, detached, owned_tasks, periodic, worker};
use tokio::runtime::Handle;

const RELOADS: usize = 2_000;

/// Counts those that are there.
struct Probe(Arc<AtomicUsize>);

impl Probe {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    held: Arc<Probe>,
    written: Arc<AtomicUsize>,
}

#[owned_tasks]
impl Server {
    #[periodic(every = "30s", timeout = "10s", immediate)]
    async fn refresh(&self) {
        tokio::task::yield_now().await;
        assert!(self.held.0.load(Relaxed) > 0);
    }

    #[periodic(every = "5s", timeout = "5s", missed = burst)]
    async fn flush(&self) {
        assert!(self.held.0.load(Relaxed) > 0);
    }

    #[worker(grace = "1s")]
    async fn consume(&self) {
        Context::current().cancelled().await;
        assert!(self.held.0.load(Relaxed) > 0);
    }

    #[detached(timeout = "5s")]
    async fn write(&self) {
        tokio::time::sleep(Duration::from_secs(2)).await;
        self.written.fetch_add(1, Relaxed);
    }
}

fn start(probes: &Arc<AtomicUsize>, written: &Arc<AtomicUsize>) -> Server {
    let server = Server {
        tasks: OwnedTracker::bounded("server", 64),
        held: Arc::new(Probe::new(probes)),
        written: Arc::clone(written),
    };
    server.refresh();
    server.flush();
    server.consume();
    server
}

async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn two_thousand_reloads_return_to_the_baseline_and_lose_no_bounded_task() {
    let (probes, written) = (Arc::default(), Arc::default());
    let baseline = Handle::current().metrics().num_alive_tasks();
    let mut server = start(&probes, &written);
    for _ in 0..RELOADS {
        server.write();
        server = start(&probes, &written);
        settle().await;
        // At most those whose bounded work is still in flight.
        assert!(Handle::current().metrics().num_alive_tasks() <= baseline + 3 + RELOADS);
    }
    drop(server);
    settle().await;
    // Loops and workers are gone; what is left is the bounded work alone.
    assert_eq!(Handle::current().metrics().num_alive_tasks(), baseline + RELOADS - written.load(Relaxed));
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(written.load(Relaxed), RELOADS, "bounded work was lost");
    assert_eq!(Handle::current().metrics().num_alive_tasks(), baseline);
    assert_eq!(probes.load(Relaxed), 0, "what a dropped service held is still there");
}

#[tokio::test(start_paused = true)]
async fn the_naive_way_leaks_every_service_that_was_replaced() {
    let probes = Arc::default();
    let baseline = Handle::current().metrics().num_alive_tasks();
    for _ in 0..100 {
        let server = Arc::new(Probe::new(&probes));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(30)).await;
                assert!(server.0.load(Relaxed) > 0);
            }
        });
    }
    settle().await;
    assert_eq!(probes.load(Relaxed), 100);
    assert_eq!(Handle::current().metrics().num_alive_tasks(), baseline + 100);
}
