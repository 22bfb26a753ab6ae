//! The end of a shutdown is one event of the program's own crate, before the last steps flush it.

use std::future::{pending, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use outlive::{Readiness, Shutdown, Tracker, detached};
use outlive_tests::{Event, Trace};
use tokio::time::sleep;
use tracing::Level;

const SECOND: Duration = Duration::from_secs(1);

fn shared(name: &'static str) -> Arc<Tracker<3>> {
    Arc::new(Tracker::bounded(name, 1).queue(8).drain_budget::<3>())
}

#[detached(timeout = "2s", track = tracker)]
async fn writes(tracker: Arc<Tracker<3>>) {
    sleep(SECOND).await;
}

#[detached(timeout = "1s", track = tracker)]
async fn hangs(tracker: Arc<Tracker<3>>) {
    pending::<()>().await;
}

/// The events of shutdowns but for the one that it begins.
fn ended(trace: &Trace) -> Vec<Event> {
    let events = trace.events().into_iter().filter(|event| event.name == "outlive.shutdown");
    events.filter(|event| !event.field("message").starts_with("shutdown begins")).collect()
}

/// The counts in an event, by name.
fn counts(event: &Event) -> Vec<(&str, &str)> {
    let others = ["message", "code", "took"];
    let counts = event.fields.iter().filter(|(name, _)| !others.contains(name));
    counts.map(|(name, count)| (*name, &**count)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_clean_one_is_an_info_with_its_code_its_time_and_its_totals() {
    let trace = Trace::record();
    let tracker = shared("clean");
    writes(Arc::clone(&tracker));
    writes(Arc::clone(&tracker));
    let line = line!() + 1;
    let report = Shutdown::new().shared(Arc::clone(&tracker)).run().await;
    assert!(report.is_clean(), "{report}");
    let [ended] = &*ended(&trace) else { panic!("one") };
    assert_eq!((ended.field("message"), ended.field("code"), ended.field("took")), ("shutdown ended", "0", "2s"));
    assert_eq!(counts(ended), [("ended", "2")], "what did not happen is left out");
    assert_eq!((ended.level, ended.target), (Level::INFO, "shutdown_ended"));
    assert_eq!((ended.file, &*ended.line), ("tests/tests/shutdown_ended.rs", &*line.to_string()));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_not_clean_is_a_warning_with_all_that_its_report_counts() {
    let trace = Trace::record();
    let tracker = shared("unclean");
    for _ in 0..5 {
        hangs(Arc::clone(&tracker));
    }
    let report = Shutdown::new()
        .on(ready(()))
        .serve("http", SECOND, |_| pending::<()>())
        .phase("first")
        .shared(Arc::clone(&tracker))
        .phase("again") // it is drained once, and counted once
        .shared(Arc::clone(&tracker))
        .run()
        .await;
    assert_eq!(report.code(), 1, "{report}");
    let [ended] = &*ended(&trace) else { panic!("one") };
    assert_eq!((ended.level, ended.field("code"), ended.field("took")), (Level::WARN, "1", "4s"));
    let (_, [drain]) = report.phases().next().unwrap() else { panic!("{report}") };
    let [all, aborted, never_started] =
        [drain.finished(), drain.aborted(), drain.never_started()].map(|n| n.to_string());
    assert_eq!(
        counts(ended),
        [
            ("aborted", &*aborted),
            ("ended", &all),
            ("never_started", &never_started),
            ("timed_out", &all),
            ("unclean_servers", "1")
        ],
        "{report}"
    );
}

#[tokio::test(start_paused = true)]
async fn it_is_sent_before_the_last_steps_and_one_that_fails_is_a_warning_of_its_own() {
    let trace = Trace::record();
    let looked = Arc::<AtomicBool>::default();
    let before_the_step = Arc::clone(&looked);
    let report = Shutdown::new()
        .inspect(move |_| {
            tracing::info!("inspected");
            looked.store(true, SeqCst);
        })
        .finally("telemetry", SECOND, move || {
            assert!(before_the_step.load(SeqCst));
            Err::<(), _>(std::io::Error::other("no collector"))
        })
        .run()
        .await;
    assert_eq!(report.code(), 1, "{report}");
    let messages: Vec<_> = trace.events().iter().map(|event| event.field("message").to_owned()).collect();
    let expected = ["shutdown ended", "inspected", "a last step of the shutdown failed"];
    assert_eq!(messages[1..], expected, "what flushes the log flushes the end as well");
    let [ended, failed] = &*ended(&trace) else { panic!("two") };
    assert_eq!((ended.level, ended.field("code")), (Level::INFO, "0"));
    assert_eq!((failed.level, failed.field("message")), (Level::WARN, "a last step of the shutdown failed"));
    assert_eq!((failed.field("step"), failed.field("cause"), failed.field("code")), ("telemetry", "no collector", "1"));
}

#[tokio::test(start_paused = true)]
async fn how_long_it_serves_while_not_ready_is_in_the_log_and_in_the_report() {
    static READY: Readiness = Readiness::new();
    let trace = Trace::record();
    let serve = |shutdown: Shutdown| shutdown.on(ready(())).serve("http", SECOND, |stop| stop);
    let report = serve(Shutdown::new().ready(&READY, 5 * SECOND)).run().await;
    assert_eq!(
        report.to_string(),
        "shutdown: clean\nbegan: what `on` waits for was ready\nnot ready, still serving for 5s\n\
         server http: ended in 0s of 1s"
    );
    let begins = |trace: &Trace| trace.events().into_iter().find(|event| event.name == "outlive.shutdown").unwrap();
    assert_eq!(begins(&trace).field("still_serving"), "5s");

    drop(trace);
    let trace = Trace::record();
    let report = serve(Shutdown::new()).run().await;
    assert!(!report.to_string().contains("still serving"), "{report}");
    assert_eq!(begins(&trace).own_field("still_serving"), None);
}
