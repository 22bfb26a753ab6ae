//! A value that is dropped before it did what it is for, or is asked for where it cannot be, is reported once, with its place.

use std::time::Duration;

use outlive::{Context, Group, Singleflight, Tracker, detached, shield};
use outlive_tests::{Event, Trace};
use tokio::time::timeout;

fn said(trace: &Trace, words: &str) -> Vec<Event> {
    trace.events().into_iter().filter(|event| event.field("message").contains(words)).collect()
}

/// The one event with these words, if there is one in builds for users.
fn said_once(trace: &Trace, words: &str) -> Event {
    let events = said(trace, words);
    let [event] = &*events else { panic!("{words}: {events:#?}") };
    assert!(event.field("called_from").starts_with("tests/tests/dropped_early.rs:"), "{event:?}");
    event.clone()
}

#[tokio::test(start_paused = true)]
async fn a_section_that_is_dropped_half_way_outside_of_a_detached_task_is_reported() {
    static LEDGER: Tracker = Tracker::bounded("ledger", 4);

    #[detached(timeout = "1s", grace = "1s", track = LEDGER)]
    async fn book() {
        let _ = timeout(Duration::from_millis(10), shield(std::future::pending::<()>())).await;
    }

    let trace = Trace::record();
    book().await.unwrap();
    shield(async {}).await;
    drop(shield(async {}));
    for _ in 0..2 {
        let half_way = timeout(Duration::from_secs(1), shield(std::future::pending::<()>())).await;
        assert!(half_way.is_err());
    }
    let event = said_once(&trace, "its section was dropped half-way");
    assert!(event.field("message").contains("grace = \"1s\""), "{event:?}");
}

#[tokio::test]
async fn a_group_that_nobody_waits_for_is_reported_with_its_children() {
    let trace = Trace::record();
    let mut awaited: Group<std::io::Error> = Group::new();
    awaited.spawn(async { Ok(()) }).await;
    awaited.wait().await.unwrap();
    drop(Group::<std::io::Error>::new());

    for _ in 0..2 {
        let mut group: Group<std::io::Error> = Group::new();
        group.spawn(std::future::pending()).await;
        group.spawn(std::future::pending()).await;
        drop(group);
    }
    if !cfg!(debug_assertions) {
        assert!(said(&trace, "a group was dropped").is_empty());
        return;
    }
    let event = said_once(&trace, "a group was dropped");
    assert!(
        event.field("message").contains("with 2 children, which are aborted: end it with `group.wait().await`"),
        "{event:?}"
    );
}

#[tokio::test]
async fn a_drain_that_is_not_awaited_is_reported_with_its_tracker() {
    static AUDIT: Tracker = Tracker::bounded("audit", 4);

    let trace = Trace::record();
    for _ in 0..2 {
        drop(AUDIT.drain());
    }
    assert!(!AUDIT.is_draining());
    assert!(AUDIT.drain().await.is_clean());
    let event = said_once(&trace, "was dropped before it was awaited");
    assert!(event.field("message").contains("the drain of `audit`"), "{event:?}");
}

#[tokio::test]
async fn work_that_asks_for_its_callers_value_is_reported() {
    static CACHE: Tracker = Tracker::bounded("cache", 4);
    static PRICES: Singleflight<u64, Option<u64>> = Singleflight::new("prices", &CACHE, Duration::from_secs(5));

    #[derive(Clone, Copy)]
    struct Tenant(u64);

    struct Nobodys;

    async fn price() -> Option<u64> {
        assert!(Context::current().get::<Nobodys>().is_none());
        tokio::task::yield_now().await;
        Context::current().get::<Tenant>().map(|tenant| tenant.0)
    }

    let trace = Trace::record();
    assert_eq!(PRICES.run(6, price()).await.unwrap().value, None);
    let request = Context::root().with(Tenant(7));
    for _ in 0..2 {
        let landed = request.scope(PRICES.run(7, price())).await.unwrap().unwrap();
        assert_eq!(landed.value, None);
        assert!(request.scope(async { Context::current().get::<Nobodys>().is_none() }).await.unwrap());
    }
    if !cfg!(debug_assertions) {
        assert!(said(&trace, "the work of a `Singleflight`").is_empty());
        return;
    }
    let event = said_once(&trace, "the work of a `Singleflight`");
    assert!(event.field("message").contains("Tenant`, which its first caller has"), "{event:?}");
}

#[test]
fn a_value_that_is_asked_for_by_nearly_its_type_is_reported() {
    #[derive(Clone)]
    struct Tenant(#[expect(dead_code, reason = "only its type is asked for")] u64);

    struct Nobodys;

    let trace = Trace::record();
    let request = Context::root().with("acme").with(Some(Tenant(7)));
    for _ in 0..2 {
        assert!(request.get::<String>().is_none());
        assert!(request.get::<Nobodys>().is_none() && request.get::<u64>().is_none());
    }
    if !cfg!(debug_assertions) {
        assert!(trace.events().is_empty());
        return;
    }
    let event = said_once(&trace, "a context was asked for");
    assert!(event.field("message").contains("`alloc::string::String`, and has a `&str`"), "{event:?}");
    assert!(request.get::<Tenant>().is_none());
    assert_eq!(said(&trace, "Tenant>`: a value is found by its exact type").len(), 1);
}
