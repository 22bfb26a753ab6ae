//! Loops that hold every place of their tracker are named, when a call waits for one.

use std::time::Duration;

use outlive::{Context, Rejected, Tracker, detached, periodic, worker};
use outlive_tests::{Event, Trace};
use tokio::time::{sleep, timeout};
use tracing::Level;

fn said(trace: &Trace) -> Vec<Event> {
    trace.events().into_iter().filter(|event| event.field("message").contains("every place of the tracker")).collect()
}

#[track_caller]
fn is_named(trace: &Trace, task: &str, tracker: &str, message: &str) {
    let events = said(trace);
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.level, event.field("task"), event.field("tracker")), (Level::WARN, task, tracker));
    assert!(event.field("message").contains(message), "{event:?}");
}

static CACHE: Tracker = Tracker::bounded("cache", 1).queue(100);

#[periodic(every = "30s", timeout = "10s", immediate, track = CACHE)]
async fn refresh() {}

#[detached(timeout = "5s", track = CACHE)]
async fn invalidate() {}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_in_the_queue_behind_a_loop_names_the_loop_once() {
    let trace = Trace::record();
    let handle = refresh();
    for _ in 0..3 {
        invalidate();
    }
    is_named(&trace, "invalidate", "cache", "`refresh` holds every place of the tracker until it ends");
    drop(handle);
    drop(CACHE.drain().await);
}

static FEED: Tracker = Tracker::bounded("feed", 2).queue(1);

#[worker(track = FEED)]
async fn follow() {
    Context::current().cancelled().await;
}

#[worker(track = FEED)]
async fn listen() {
    Context::current().cancelled().await;
}

#[detached(timeout = "5s", track = FEED)]
async fn publish() {}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_behind_workers_names_all_of_them() {
    let trace = Trace::record();
    follow();
    listen();
    publish();
    assert_eq!(publish().admitted().unwrap_err(), Rejected::Full, "what is refused is told so");
    is_named(&trace, "publish", "feed", "`follow`, `listen` hold every place of the tracker until they end");
}

static SYNC: Tracker = Tracker::bounded("sync", 1);

#[worker(track = SYNC)]
async fn pull() {
    Context::current().cancelled().await;
}

#[detached(timeout = "5s", track = SYNC, when_full = wait)]
async fn push() {}

#[tokio::test(start_paused = true)]
async fn a_caller_that_waits_for_a_place_names_the_worker() {
    let trace = Trace::record();
    pull();
    assert!(timeout(Duration::from_secs(1), push()).await.is_err());
    is_named(&trace, "push", "sync", "`bounded(…, 2)`");
}

static ROOMY: Tracker = Tracker::bounded("roomy", 2).queue(8);

#[worker(track = ROOMY)]
async fn one_of_two() {
    Context::current().cancelled().await;
}

#[detached(timeout = "5s", track = ROOMY)]
async fn slow() {
    sleep(Duration::from_secs(1)).await;
}

static LOOPS: Tracker = Tracker::bounded("loops", 1);

#[worker(track = LOOPS)]
async fn the_loop() {
    Context::current().cancelled().await;
}

#[tokio::test(start_paused = true)]
async fn a_queue_beside_a_loop_and_a_tracker_of_loops_alone_are_not_reported() {
    let trace = Trace::record();
    one_of_two();
    let calls = [slow(), slow(), slow()];
    for call in calls {
        call.await.unwrap();
    }
    let first = the_loop();
    assert_eq!(the_loop().admitted().unwrap_err(), Rejected::Full);
    assert!(said(&trace).is_empty(), "{:#?}", said(&trace));
    drop(first);
}
