//! What a storm of reports leaves out is counted, and the count is said: by the next report, or by the drain at the latest.

use std::sync::Arc;
use std::time::Duration;

use outlive::{DrainReport, MaxAge, OwnedTracker, Shutdown, TaskOwner, Tracker, detached, owned_tasks};
use outlive_tests::{Event, Trace};
use tokio::task::yield_now;
use tokio::time::sleep;
use tracing::Level;

const SECOND: Duration = Duration::from_secs(1);

async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

fn suppressed(event: &Event) -> u64 {
    event.field("suppressed").parse().unwrap()
}

/// Message, cause and count of the one event that says what was suppressed.
#[track_caller]
fn said(reports: &[Event]) -> (&str, &str, u64) {
    let [event] = reports else { panic!("not one report, but {reports:#?}") };
    (event.field("message"), event.field("cause"), suppressed(event))
}

const FAILED: &str = "detached task failed, and nobody looked";
const THREE_MORE: &str = "3 more reports of this kind were suppressed";

#[tokio::test(start_paused = true)]
async fn the_drain_says_what_was_suppressed_and_says_it_once() {
    static CONNECTIONS: Tracker = Tracker::bounded("connections", 64);

    #[detached(timeout = "5s", track = CONNECTIONS)]
    async fn serve() -> Result<(), &'static str> {
        Err("reset by peer")
    }

    let trace = Trace::record();
    for _ in 0..8 {
        serve();
    }
    settle().await;
    let site = serve().site(); // the ninth, which the drain waits for
    assert_eq!(trace.reports().len(), 5);
    let report = CONNECTIONS.drain().await;
    let events = trace.reports();
    assert_eq!(said(&events), (FAILED, "4 more reports of this kind were suppressed", 4));
    let event = &events[0];
    assert_eq!((event.level, event.field("task"), event.field("tracker")), (Level::WARN, "serve", "connections"));
    assert_eq!(event.own_field("labels"), None);
    assert_eq!((report.suppressed(), report.is_clean()), (4, true));
    assert_eq!(
        report.to_string(),
        format!(
            "connections: drained in 0s of 20s: 1 ended (1 failed)\n  not reported   4 × serve (tests/tests/suppressed.rs:{}): \
             {FAILED}",
            site.line()
        )
    );
    let again = CONNECTIONS.drain().await;
    assert_eq!(again.to_string(), report.to_string());
    assert!(trace.reports().is_empty(), "once");
}

#[tokio::test(start_paused = true)]
async fn what_a_later_report_has_said_the_drain_does_not_say_again() {
    static TASKS: Tracker = Tracker::bounded("tasks", 64);

    #[detached(timeout = "5s", track = TASKS)]
    async fn fails() -> Result<(), &'static str> {
        Err("no")
    }

    let trace = Trace::record();
    for _ in 0..8 {
        fails();
    }
    sleep(2 * SECOND).await;
    fails();
    settle().await;
    assert_eq!(trace.reports().iter().map(suppressed).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 3]);
    let report = TASKS.drain().await;
    assert_eq!((report.suppressed(), report.to_string().lines().count()), (0, 1));
    assert!(trace.reports().is_empty());
}

#[tokio::test(start_paused = true)]
async fn each_function_and_each_outcome_is_said_for_itself() {
    static TASKS: Tracker = Tracker::bounded("tasks", 8);

    /// With an entry of its own in the tracker.
    #[detached(timeout = "5s", grace = "1s", track = TASKS)]
    async fn panics() {
        panic!("no");
    }

    #[detached(timeout = "1s", track = TASKS)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    let trace = Trace::record();
    for _ in 0..8 {
        panics();
    }
    settle().await;
    for _ in 0..8 {
        hangs();
    }
    for _ in 0..7 {
        hangs(); // refused: all places are taken
    }
    settle().await;
    sleep(2 * SECOND).await;
    assert_eq!(trace.reports().len(), 15);
    let report = TASKS.drain().await;
    let events = trace.reports();
    let mut all: Vec<_> = events.iter().map(|one| (one.field("task"), one.field("message"), suppressed(one))).collect();
    all.sort_unstable();
    assert_eq!(
        all,
        [
            ("hangs", "detached call was refused, and nobody looked", 2),
            ("hangs", "detached task timed out", 3),
            ("panics", "detached task panicked", 3),
        ]
    );
    let panicked = events.iter().find(|event| event.field("task") == "panics").unwrap();
    assert_eq!((panicked.level, panicked.field("cause")), (Level::ERROR, THREE_MORE));
    assert_eq!((report.suppressed(), report.to_string().lines().count()), (8, 5)); // and the seven refusals
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_tracker_that_goes_without_a_drain_says_it_as_it_goes() {
    #[detached(timeout = "5s", track = tracker)]
    async fn fails(tracker: Arc<Tracker>) -> Result<(), &'static str> {
        Err("no")
    }

    let tracker = Arc::new(Tracker::bounded("shared", 64));
    let trace = Trace::record();
    for _ in 0..8 {
        fails(Arc::clone(&tracker));
    }
    settle().await;
    assert_eq!(trace.reports().len(), 5);
    drop(tracker);
    let events = trace.reports();
    assert_eq!(said(&events), (FAILED, THREE_MORE, 3));
    assert_eq!(events[0].field("tracker"), "shared");
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s")]
    async fn fails(&self) -> Result<(), &'static str> {
        yield_now().await;
        Err("no")
    }

    #[detached(timeout = "5s")]
    async fn ends(&self) -> Result<(), &'static str> {
        Err("no")
    }
}

#[tokio::test(start_paused = true)]
async fn so_does_a_service_whose_last_owner_and_last_task_have_gone() {
    let server = Server { tasks: OwnedTracker::bounded("server", 64) };
    let trace = Trace::record();
    for _ in 0..8 {
        server.fails();
    }
    drop(server);
    let reports = trace.reports();
    assert!(reports.iter().all(|event| event.field("message").starts_with("the last owner")), "{reports:#?}");
    settle().await;
    let events = trace.reports();
    assert_eq!((events.len(), said(&events[5..])), (6, (FAILED, THREE_MORE, 3)));
}

#[tokio::test(start_paused = true)]
async fn the_report_of_a_shutdown_shows_it() {
    let server = Server { tasks: OwnedTracker::bounded("server", 64) };
    for _ in 0..8 {
        server.ends();
    }
    settle().await;
    let report = Shutdown::new().phase("servers").owner(server).run().await;
    assert!(report.is_clean());
    let text = report.to_string();
    assert!(text.contains("\n  not reported   3 × ends ("), "{text}");
    assert_eq!(report.phases().flat_map(|(_, drains)| drains).map(DrainReport::suppressed).sum::<u64>(), 3);
}

#[derive(Clone)]
struct Token;

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(300);

    fn remaining(&self) -> Option<Duration> {
        Some(SECOND)
    }
}

#[tokio::test(start_paused = true)]
async fn so_it_is_with_arguments_that_may_go_stale() {
    static TASKS: Tracker = Tracker::bounded("tasks", 64);

    #[detached(timeout = "5s", track = TASKS)]
    async fn send(token: Token) {
        let _ = token;
    }

    let trace = Trace::record();
    for _ in 0..6 {
        send(Token).await.unwrap();
    }
    assert_eq!(trace.reports().len(), 5);
    let report = TASKS.drain().await;
    let message = "an argument may go stale before its task ends";
    assert_eq!(said(&trace.reports()), (message, "1 more report of this kind was suppressed", 1));
    assert!(report.to_string().ends_with(&format!(": {message}")), "{report}");
    assert_eq!(report.suppressed(), 1);
}
