//! A loop between two runs, and a worker that waits for its restart, have nothing to finish: no drain's report counts them. Of a
//! loop, it counts the run that is under way, once.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use outlive::{Tracker, periodic, worker};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::time::sleep;

type Shared = Arc<Tracker>;

const NOTHING: &str = "nothing was left to finish";

#[periodic(every = "30s", timeout = "10s", track = tracker)]
async fn idle(tracker: Shared) {
    drop(tracker);
}

#[periodic(every = "1ms", timeout = "10s", track = tracker)]
async fn busy(tracker: Shared, began: Arc<Notify>) {
    drop(tracker);
    began.notify_one();
    sleep(Duration::from_secs(5)).await;
}

#[worker(restart = "60s..60s", track = tracker)]
async fn restarts(tracker: Shared) -> Result<(), &'static str> {
    drop(tracker);
    Err("the peer is away")
}

#[worker(track = tracker)]
async fn works(tracker: Shared) {
    drop(tracker);
    pending::<()>().await;
}

fn shared(bound: usize) -> Shared {
    Arc::new(Tracker::bounded("tasks", bound).queue(8))
}

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// The report of a drain that begins when the tasks that `start` starts have begun.
async fn drained(tracker: &Shared, start: impl FnOnce(&Shared)) -> String {
    start(tracker);
    sleep(Duration::from_secs(2)).await;
    let report = tracker.drain().await.to_string();
    report.split_once("of 20s: ").unwrap().1.to_owned()
}

#[tokio::test(start_paused = true)]
async fn one_that_is_idle_is_not_counted() {
    assert_eq!(drained(&shared(8), |tracker| drop(idle(tracker.clone()))).await, NOTHING);
    assert_eq!(drained(&shared(8), |tracker| drop(restarts(tracker.clone()))).await, NOTHING);
    let queued = drained(&shared(1), |tracker| drop((works(tracker.clone()), idle(tracker.clone())))).await;
    assert!(queued.starts_with("1 ended (1 dropped)\n"), "a loop that waits for its place has no run: {queued}");
}

#[tokio::test(start_paused = true)]
async fn of_one_that_runs_the_run_is() {
    assert_eq!(drained(&shared(8), |tracker| drop(busy(tracker.clone(), Arc::default()))).await, "1 ended");
}

/// Their thread does not come to them any more, and so they cannot end.
#[test]
fn nor_are_they_stuck_where_their_runtime_is() {
    let tracker = shared(8);
    let (began, stuck) = (Arc::<Notify>::default(), Builder::new_current_thread().enable_all().build().unwrap());
    stuck.block_on(async {
        drop((idle(tracker.clone()), restarts(tracker.clone()), works(tracker.clone())));
        drop(busy(tracker.clone(), Arc::clone(&began)));
        began.notified().await;
    });
    let report = paused().block_on(tracker.drain());
    assert_eq!((report.finished(), report.stuck(), report.stragglers().len()), (0, 2, 2), "{report}");
    let mut stuck: Vec<_> = report.stragglers().iter().map(|straggler| straggler.site().name()).collect();
    stuck.sort_unstable();
    assert_eq!(stuck, ["busy", "works"], "a run once, and a worker at work");
}
