//! The work of a single flight has no caller's values: debug builds say so, if it asks for one that its caller has.

use std::time::Duration;

use outlive::{Context, Fresh, Singleflight, Tracker};
use outlive_tests::{Event, Trace};
use tracing::Level;

static CACHE: Tracker = Tracker::bounded("cache", 64);

#[derive(Clone, PartialEq, Debug)]
struct Tenant(&'static str);

struct Unasked;

fn said(trace: &Trace) -> Vec<Event> {
    let said = |event: &Event| event.is_report() && event.field("message").contains("asked its context for");
    trace.events().into_iter().filter(said).collect()
}

fn tenant() -> Tenant {
    Context::current().get::<Tenant>().cloned().unwrap_or(Tenant("default"))
}

static PRICES: Singleflight<u64, Tenant> = Singleflight::new("prices", &CACHE, Duration::from_secs(5));

#[tokio::test]
async fn work_that_asks_for_a_value_of_its_caller_is_reported_once() {
    let trace = Trace::record();
    for name in ["acme", "bolt"] {
        let of_tenant = Context::root().with(Tenant(name)).with(Unasked);
        let landed = of_tenant.scope(PRICES.run(7, async { tenant() })).await.unwrap().unwrap();
        assert_eq!(landed.value, Tenant("default"));
    }
    let events = said(&trace);
    if !cfg!(debug_assertions) {
        return assert!(events.is_empty(), "{events:#?}");
    }
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.level, event.field("task"), event.field("tracker")), (Level::WARN, "prices", "cache"));
    let message = event.field("message");
    assert!(message.contains("for a `reads_its_caller::Tenant`"), "{message}");
    assert!(message.ends_with("move it into the work, and put it into the key"), "{message}");
}

static LABELLED: Singleflight<u64, Option<Tenant>> = Singleflight::new("labelled", &CACHE, Duration::from_secs(5));

#[tokio::test]
async fn a_value_that_was_added_to_the_works_context_is_found_and_another_is_still_missed() {
    let trace = Trace::record();
    let work = async {
        let own = Context::current().with(7_u32).with_label("request", "a1b2");
        own.get::<u32>().and_then(|_| own.get::<Tenant>()).cloned()
    };
    let of_tenant = Context::root().with(Tenant("acme"));
    assert_eq!(of_tenant.scope(LABELLED.run(7, work)).await.unwrap().unwrap().value, None);
    assert_eq!(said(&trace).len(), usize::from(cfg!(debug_assertions)));
}

static RATES: Singleflight<(Tenant2, u64), &'static str> = Singleflight::new("rates", &CACHE, Duration::from_secs(5));

#[derive(Clone, PartialEq, Eq, Hash)]
struct Tenant2(&'static str);

#[tokio::test]
async fn work_that_reads_before_brings_its_own_context_or_asks_for_what_nobody_has_is_not_reported() {
    let trace = Trace::record();
    let rate = async {
        let tenant = Context::current().get::<Tenant2>().cloned().expect("the caller has one");
        let key = (tenant.clone(), 7);
        RATES.run(key, async move { tenant.0 }).await.unwrap().value
    };
    assert_eq!(Context::root().with(Tenant2("acme")).scope(rate).await.unwrap(), "acme");

    let brings_it = async {
        let context = Context::current();
        let work = async move { context.scope(async { tenant().0 }).await.expect("nothing cancels it") };
        RATES.run((Tenant2("own"), 7), work).await.unwrap().value
    };
    assert_eq!(Context::root().with(Tenant("acme")).scope(brings_it).await.unwrap(), "acme");

    // The caller has none either.
    let of_another = Context::root().with(Unasked);
    let rate = of_another.scope(RATES.run((Tenant2("none"), 7), async { tenant().0 })).await.unwrap();
    assert_eq!(rate.unwrap().value, "default");
    assert!(said(&trace).is_empty(), "{:#?}", said(&trace));
}

#[tokio::test]
async fn a_callers_value_lives_no_longer_for_the_work() {
    struct Held(#[allow(dead_code, reason = "held until it is dropped")] tokio::sync::oneshot::Sender<()>);
    static SLOW: Singleflight<u64, ()> = Singleflight::new("slow", &CACHE, Duration::from_secs(5));

    let (held, mut dropped) = tokio::sync::oneshot::channel();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let caller = tokio::spawn(async move {
        let context = Context::root().with(Held(held));
        let _ = context.scope(SLOW.run(7, async move { drop(ended.await) })).await;
    });
    tokio::task::yield_now().await;
    caller.abort();
    let _ = caller.await;
    assert!(dropped.try_recv().is_err_and(|error| error == tokio::sync::oneshot::error::TryRecvError::Closed));
    drop(end);
}

#[tokio::test]
async fn a_refresh_is_such_work_too() {
    static LOG_IN: Tracker = Tracker::bounded("log in", 8);
    let trace = Trace::record();
    let token: Fresh<Tenant, std::io::Error> =
        Fresh::new("token", &LOG_IN, Duration::from_secs(5), || async { Ok((tenant(), Duration::from_secs(60))) });
    Context::root().with(Tenant("acme")).scope(token.get()).await.unwrap().unwrap();
    assert_eq!(said(&trace).len(), usize::from(cfg!(debug_assertions)));
}
