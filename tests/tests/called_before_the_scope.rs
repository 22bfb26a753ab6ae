//! A call is made before the scope that it is given to begins: debug builds say so, with the place.

use std::time::Duration;

use outlive::{CancelSource, Context, Tracker, detached};
use outlive_tests::{Event, Trace};
use tracing::Level;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Clone, Copy)]
struct UserId(u64);

#[detached(timeout = "5s", track = AUDIT)]
async fn user() -> Option<u64> {
    Context::current().get::<UserId>().map(|id| id.0)
}

fn said(trace: &Trace) -> Vec<Event> {
    let said = |event: &Event| event.is_report() && event.field("message").contains("before the scope began");
    trace.events().into_iter().filter(said).collect()
}

#[tokio::test]
async fn a_call_that_is_given_to_the_scope_of_a_context_with_other_values_is_reported_once() {
    let trace = Trace::record();
    for _ in 0..2 {
        let request = Context::root().with(UserId(7));
        assert_eq!(request.scope(user()).await.unwrap().unwrap(), None);
    }
    let line = line!() - 2;
    let events = said(&trace);
    if !cfg!(debug_assertions) {
        return assert!(events.is_empty(), "{events:#?}");
    }
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.level, event.target), (Level::WARN, "outlive"));
    assert_eq!(event.field("called_from"), format!("tests/tests/called_before_the_scope.rs:{line}:28"));
    assert!(event.field("message").ends_with("write `.scope(async { … })`, with the call in it"), "{event:?}");
}

#[tokio::test]
async fn one_that_is_made_in_the_scope_or_only_waited_for_is_not() {
    let trace = Trace::record();
    let request = Context::root().with(UserId(7));
    assert_eq!(request.scope(async { user().await }).await.unwrap().unwrap(), Some(7));
    request
        .scope(async {
            let source = CancelSource::new();
            let until = Context::current().with_timeout(Duration::from_secs(5)).with_cancel(&source);
            assert_eq!(until.scope(user()).await.unwrap().unwrap(), Some(7));
        })
        .await
        .unwrap();
    let until = Context::root().with_timeout(Duration::from_secs(5));
    assert_eq!(until.scope(user()).await.unwrap().unwrap(), None);
    assert!(said(&trace).is_empty(), "{:#?}", said(&trace));
}
