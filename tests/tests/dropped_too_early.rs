//! What was dropped before it had done what it was made for is reported, with its place.

use std::future::pending;
use std::time::Duration;

use outlive::{Context, Group, Tracker, detached, shield};
use outlive_tests::{Event, Trace};
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};
use tracing::Level;

const SECOND: Duration = Duration::from_secs(1);

fn said(trace: &Trace, words: &str) -> Vec<Event> {
    let said = |event: &Event| event.is_report() && event.field("message").contains(words);
    trace.events().into_iter().filter(said).collect()
}

fn here(line: u32, column: u32) -> String {
    format!("tests/tests/dropped_too_early.rs:{line}:{column}")
}

const HALF_WAY: &str = "its section was dropped half-way";

static LEDGER: Tracker = Tracker::bounded("ledger", 64);

async fn books() {
    shield(sleep(SECOND)).await;
}
const SHIELD: u32 = line!() - 2;

#[tokio::test(start_paused = true)]
async fn a_section_that_its_caller_drops_half_way_outside_of_a_task_is_reported_once() {
    let trace = Trace::record();
    for _ in 0..2 {
        assert!(timeout(SECOND / 2, books()).await.is_err());
    }
    let handler = tokio::spawn(books());
    yield_now().await;
    handler.abort();
    assert!(handler.await.is_err());
    let events = said(&trace, HALF_WAY);
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.level, event.target), (Level::WARN, "outlive"));
    assert_eq!(event.field("called_from"), here(SHIELD, 5));
    assert!(event.field("message").contains("`#[detached(timeout = \"5s\", grace = \"1s\", track = …)]`"), "{event:?}");
}

#[detached(timeout = "500ms", grace = "100ms", track = LEDGER)]
async fn books_detached() {
    shield(sleep(SECOND)).await;
}

#[tokio::test(start_paused = true)]
async fn a_section_that_ends_that_has_not_begun_or_that_a_task_drops_is_not_reported() {
    let trace = Trace::record();
    shield(sleep(SECOND)).await;
    drop(shield(sleep(SECOND)));
    assert!(books_detached().await.is_err(), "it is dropped after its grace");
    let panics = tokio::spawn(async {
        let mut section = Box::pin(shield(pending::<()>()));
        assert!(timeout(SECOND, &mut section).await.is_ok(), "a panic drops the section");
    });
    assert!(panics.await.is_err());
    assert!(said(&trace, HALF_WAY).is_empty(), "{:#?}", said(&trace, HALF_WAY));
}

const UNDRAINED: &str = "drains nothing";

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::test]
async fn a_drain_that_is_dropped_before_its_first_poll_is_reported_once() {
    let trace = Trace::record();
    for _ in 0..2 {
        drop(AUDIT.drain());
    }
    let place = here(line!() - 2, 20);
    let events = said(&trace, UNDRAINED);
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.level, event.target), (Level::WARN, "outlive"));
    assert_eq!(event.field("called_from"), place);
    assert!(event.field("message").contains("the drain of `audit` was dropped before it was awaited"), "{event:?}");
    assert!(event.field("message").contains("write `.idle().await` in place of the drain"), "{event:?}");
    assert!(!AUDIT.is_draining());
}

static MAIL: Tracker = Tracker::bounded("mail", 64);

#[detached(timeout = "5s", track = MAIL)]
async fn send_mail() {
    sleep(SECOND).await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_that_has_begun_or_that_another_has_begun_is_not_reported() {
    let trace = Trace::record();
    send_mail();
    assert!(timeout(SECOND / 2, MAIL.drain()).await.is_err());
    drop(MAIL.drain());
    assert!(MAIL.drain().await.is_clean());
    drop(MAIL.drain());
    assert!(said(&trace, UNDRAINED).is_empty(), "{:#?}", said(&trace, UNDRAINED));
}

const GIVEN_UP: &str = "which nothing cancels now";

static LETTERS: Tracker = Tracker::bounded("letters", 64);

#[detached(timeout = "5s", track = LETTERS)]
async fn send_letter() {
    sleep(4 * SECOND).await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_that_is_dropped_half_way_is_reported_with_the_tasks_that_it_leaves() {
    let trace = Trace::record();
    send_letter();
    send_letter();
    for _ in 0..2 {
        assert!(timeout(SECOND, LETTERS.drain()).await.is_err());
    }
    let place = here(line!() - 2, 41);
    let events = said(&trace, GIVEN_UP);
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.level, event.target), (Level::WARN, "outlive"));
    assert_eq!(event.field("called_from"), place);
    let message = event.field("message");
    assert!(message.contains("the drain of `letters` was dropped after 1s of its 20s, with 2 tasks left"), "{message}");
    assert!(message.contains("a `Tracker<1>`, with `.drain_budget::<1>()`"), "{message}");
}

static PARCELS: Tracker = Tracker::bounded("parcels", 64);

#[detached(timeout = "5s", track = PARCELS)]
async fn send_parcel() {
    sleep(4 * SECOND).await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_that_is_dropped_while_another_runs_or_when_no_task_is_left_is_not_reported() {
    let trace = Trace::record();
    send_parcel();
    let other = tokio::spawn(PARCELS.drain());
    yield_now().await;
    assert!(timeout(SECOND, PARCELS.drain()).await.is_err());
    assert!(other.await.unwrap().is_clean());
    assert!(PARCELS.drain().await.is_clean());
    assert!(said(&trace, GIVEN_UP).is_empty(), "{:#?}", said(&trace, GIVEN_UP));
}

async fn second() -> Result<(), std::io::Error> {
    sleep(SECOND).await;
    Ok(())
}

const NOBODY_WAITED: &str = "a group was dropped with";

#[tokio::test(start_paused = true)]
async fn a_group_that_nobody_waits_for_is_reported_with_its_place_in_debug_builds() {
    let trace = Trace::record();
    let mut group: Group<std::io::Error> = Group::new();
    let place = here(line!() - 1, 44);
    for _ in 0..3 {
        group.spawn(second()).await;
    }
    drop(group);
    let events = said(&trace, NOBODY_WAITED);
    if !cfg!(debug_assertions) {
        assert!(events.is_empty());
        return;
    }
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.level, event.field("called_from")), (Level::WARN, &*place));
    assert!(event.field("message").contains("with 3 children, which are aborted"), "{event:?}");
}

#[tokio::test(start_paused = true)]
async fn a_group_that_is_waited_for_that_is_empty_or_whose_wait_is_cut_is_not_reported() {
    let trace = Trace::record();
    let make = || async {
        let mut group: Group<std::io::Error> = Group::new();
        group.spawn(second()).await;
        group.wait().await
    };
    make().await.unwrap();
    assert!(timeout(SECOND / 2, make()).await.is_err(), "its client hangs up");
    drop(Group::<std::io::Error>::new());
    let context = Context::root().with_timeout(SECOND / 2);
    assert!(context.scope(make()).await.is_err());
    assert!(said(&trace, NOBODY_WAITED).is_empty(), "{:#?}", said(&trace, NOBODY_WAITED));
}
