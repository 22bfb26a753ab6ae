//! A context that is asked for a value by nearly its type says so once, with the place, in debug builds.

use std::sync::Arc;

use outlive::Context;
use outlive_tests::{Event, Trace};

fn said(trace: &Trace, words: &str) -> Vec<Event> {
    trace.events().into_iter().filter(|event| event.field("message").contains(words)).collect()
}

/// The one event with these words.
fn said_once(trace: &Trace, words: &str) -> Event {
    let events = said(trace, words);
    let [event] = &*events else { panic!("{words}: {events:#?}") };
    assert!(event.field("called_from").starts_with("tests/tests/nearly_its_type.rs:"), "{event:?}");
    event.clone()
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
    assert!(event.field("message").contains("ask for that: `struct Tenant(String);`"), "{event:?}");
    assert!(request.get::<Tenant>().is_none());
    assert_eq!(
        said(
            &trace,
            "Tenant>`: a value is found by its exact type. Ask for what it has, by `.get::<Option<Tenant>>()`"
        )
        .len(),
        1
    );
    assert!(Context::root().with(Arc::new(Tenant(7))).get::<Tenant>().is_none());
    assert_eq!(said(&trace, "Ask for what it has, by `.get::<std::sync::Arc<Tenant>>()`").len(), 1);
}
