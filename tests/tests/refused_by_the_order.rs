//! The report of a refused call that nobody looked at says what to write, where its caller shows that.

use std::time::Duration;

use outlive::{Shutdown, Tracker, detached};
use outlive_tests::{Event, Trace};
use tokio::time::sleep;

fn refused(trace: &Trace) -> Vec<Event> {
    trace.reports().into_iter().filter(|event| event.field("message").contains("was refused")).collect()
}

#[track_caller]
fn cause_of_the_one(trace: &Trace, task: &str) -> String {
    let events = refused(trace);
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!(event.field("task"), task);
    event.field("cause").to_owned()
}

static AUDIT: Tracker = Tracker::bounded("audit", 64);
static REQUESTS: Tracker = Tracker::bounded("requests", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit() {}

#[detached(timeout = "5s", track = REQUESTS)]
async fn place_order() {
    sleep(Duration::from_secs(1)).await;
    write_audit();
}

#[tokio::test(start_paused = true)]
async fn a_call_of_a_task_whose_tracker_drains_later_names_the_task_and_the_order() {
    let trace = Trace::record();
    place_order();
    let report = Shutdown::new().phase("stores").tracker(&AUDIT).phase("requests").tracker(&REQUESTS).run().await;
    assert_eq!(
        cause_of_the_one(&trace, "write_audit"),
        "the tracker is draining, and its caller, `place_order` of requests, still runs: drain requests first, in an \
         earlier phase"
    );
    assert!(report.is_clean(), "every accepted task has ended: {report}");
    let notes: Vec<_> = report.notes().collect();
    assert_eq!(notes, [("stores", "audit: 1 call was refused after it had drained: drain what calls it first")]);
    assert!(report.to_string().contains("[stores] audit: 1 call was refused after it had drained"), "{report}");
}

static LEDGER: Tracker = Tracker::bounded("ledger", 64);
static TRANSFERS: Tracker = Tracker::bounded("transfers", 64);

#[detached(timeout = "5s", track = LEDGER)]
async fn book() {
    sleep(Duration::from_secs(1)).await;
}

#[detached(timeout = "5s", track = TRANSFERS)]
async fn transfer() {
    sleep(Duration::from_secs(1)).await;
    book();
}

#[tokio::test(start_paused = true)]
async fn the_right_order_refuses_nothing_and_a_call_while_it_drains_is_in_the_drains_report() {
    let trace = Trace::record();
    transfer();
    let phases = Shutdown::new().phase("requests").tracker(&TRANSFERS).phase("stores").tracker(&LEDGER);
    let late = tokio::spawn(async {
        sleep(Duration::from_millis(1500)).await;
        book().admitted().unwrap_err();
    });
    let report = phases.run().await;
    late.await.unwrap();
    assert!(report.is_clean(), "{report}");
    let (_, drains) = report.phases().last().expect("there are two");
    assert_eq!((drains[0].finished(), drains[0].refused()), (1, 1), "{report}");
    assert_eq!(report.notes().count(), 0, "{report}");
    assert!(refused(&trace).is_empty(), "{report}");
}

static MAIL: Tracker = Tracker::bounded("mail", 64);

#[detached(timeout = "5s", track = MAIL)]
async fn send_mail() {}

#[tokio::test]
async fn a_call_from_outside_of_any_task_is_refused_and_a_debug_build_says_where_the_drain_was() {
    let trace = Trace::record();
    drop(MAIL.drain().await);
    let drained_at = format!("tests/tests/refused_by_the_order.rs:{}:15", line!() - 1);
    send_mail();
    let hint = if cfg!(debug_assertions) {
        format!(": its drain, at {drained_at}, has ended; to wait for its tasks and go on, write `.idle().await` there")
    } else {
        String::new()
    };
    assert_eq!(cause_of_the_one(&trace, "send_mail"), format!("the tracker is draining{hint}"));
}

#[test]
fn a_call_outside_of_a_runtime_says_how_to_have_one() {
    let trace = Trace::record();
    send_mail();
    assert_eq!(
        cause_of_the_one(&trace, "send_mail"),
        "called outside a tokio runtime: call it within one, as after `let _entered = handle.enter();`, or say `on = \
         handle`"
    );
}
