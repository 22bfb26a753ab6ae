//! The totals of a shutdown are those since it began: also of the tasks that end before their tracker drains, while its servers
//! serve on and stop, and in earlier phases.

use std::sync::Arc;
use std::time::Duration;

use outlive::{Readiness, Shutdown, Tracker, detached};
use outlive_tests::{Event, Trace};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

static READY: Readiness = Readiness::new();
static AUDIT: Tracker = Tracker::bounded("audit", 64);
static SLOW: Tracker = Tracker::bounded("slow", 64);
static ELSEWHERE: Tracker = Tracker::bounded("elsewhere", 64);

#[detached(timeout = "2500ms", track = AUDIT)]
async fn write_audit(takes: Duration) -> Result<(), &'static str> {
    sleep(takes).await;
    if takes > SECOND { Err("disk full") } else { Ok(()) }
}

#[detached(timeout = "9s", track = SLOW)]
async fn flushes() {
    sleep(9 * SECOND).await;
}

#[detached(timeout = "9s", track = tracker)]
async fn shared(tracker: Arc<Tracker>) {
    sleep(SECOND).await;
}

/// The other test's: the counters of a function are for all of the process.
#[detached(timeout = "9s", track = tracker)]
async fn alone(tracker: Arc<Tracker>) {
    sleep(SECOND).await;
}

#[detached(timeout = "9s", track = ELSEWHERE)]
async fn of_nobody() {
    sleep(SECOND).await;
}

fn ended(trace: &Trace) -> Event {
    let mut events = trace.events().into_iter().filter(|event| event.name == "outlive.shutdown");
    events.next_back().expect("a shutdown has ended")
}

#[tokio::test(start_paused = true)]
async fn what_ends_before_the_drains_is_counted_in_the_report_and_in_the_log() {
    let trace = Trace::record();
    let service = Arc::new(Tracker::bounded("service", 8));
    write_audit(Duration::ZERO).await.unwrap().unwrap(); // before all
    let calls = Arc::clone(&service);
    let report = Shutdown::new()
        .on(sleep(SECOND))
        .ready(&READY, 5 * SECOND)
        .serve("http", 10 * SECOND, |stop| async move {
            sleep(2 * SECOND).await;
            // Not ready, and serving: one of each end.
            for takes in [SECOND / 2, 2 * SECOND, 4 * SECOND] {
                write_audit(takes);
            }
            shared(calls);
            of_nobody();
            stop.await;
            sleep(SECOND).await;
            write_audit(SECOND / 2); // ends while the first phase drains
            flushes();
        })
        .phase("first")
        .tracker(&SLOW)
        .phase("stores")
        .tracker(&AUDIT)
        .shared(service)
        .run()
        .await;
    assert_eq!(
        report.to_string(),
        "shutdown: clean\nbegan: what `on` waits for was ready\nnot ready, still serving for 5s\n\
         server http: ended in 1s of 10s\n\
         before the drains: 5 tasks ended (1 failed, 1 timed out)\n\
         [first] slow: drained in 9s of 20s: 1 ended\n\
         [stores] audit: drained in 0s of 20s: nothing was left to finish\n\
         [stores] service: drained in 0s of 20s: nothing was left to finish"
    );
    let ended = ended(&trace);
    assert_eq!((ended.field("ended"), ended.field("failed"), ended.field("timed_out")), ("6", "1", "1"));
}

#[tokio::test(start_paused = true)]
async fn where_nothing_does_nothing_is_said() {
    let tracker = Arc::new(Tracker::bounded("tasks", 8));
    alone(Arc::clone(&tracker));
    let report = Shutdown::new().shared(tracker).run().await;
    assert_eq!(report.to_string(), "shutdown: clean\n[shutdown] tasks: drained in 1s of 20s: 1 ended");
}
