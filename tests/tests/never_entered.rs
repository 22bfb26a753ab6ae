//! A context that is made, and that nothing runs in, is reported with its place, in debug builds.

use std::time::Duration;

use outlive::{CancelSource, Context, Tracker, detach, detached};
use outlive_tests::{Event, Trace};
use tokio::task::yield_now;
use tokio::time::sleep;
use tracing::Level;

const SECOND: Duration = Duration::from_secs(1);

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Clone, Copy)]
struct UserId(#[allow(dead_code, reason = "nobody asks for it")] u64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit() {}

fn said(trace: &Trace) -> Vec<Event> {
    let said = |event: &Event| event.is_report() && event.field("message").contains("A context is no guard");
    trace.events().into_iter().filter(said).collect()
}

#[track_caller]
fn the_one(trace: &Trace, line: u32, column: u32) -> Option<Event> {
    let mut events = said(trace);
    if !cfg!(debug_assertions) {
        assert!(events.is_empty(), "{events:#?}");
        return None;
    }
    let event = events.pop().expect("it is reported");
    assert!(events.is_empty(), "once for each place: {events:#?}");
    assert_eq!((event.level, event.target), (Level::WARN, "outlive"));
    assert_eq!(event.field("called_from"), format!("tests/tests/never_entered.rs:{line}:{column}"));
    assert!(event.field("message").ends_with("write `context.scope(async { … }).await`, with what is to run in it"));
    Some(event)
}

async fn lookup() {
    let _context = Context::current().with_timeout(SECOND / 5);
    sleep(SECOND).await;
}
const TIMEOUT: u32 = line!() - 3;

#[tokio::test(start_paused = true)]
async fn one_with_a_timeout_is_reported_if_it_is_dropped_behind_its_deadline() {
    let trace = Trace::record();
    let _ = Context::current();
    for _ in 0..2 {
        tokio::spawn(lookup()).await.unwrap();
    }
    lookup().await;
    let Some(event) = the_one(&trace, TIMEOUT, 39) else { return };
    assert!(event.field("message").contains("800ms after its deadline, which ended nothing"), "{event:?}");
}

async fn guarded() {
    let _guard = Context::current().with(UserId(7));
    drop(write_audit().await);
}
const GUARD: u32 = line!() - 3;

#[tokio::test(start_paused = true)]
async fn one_with_a_value_is_reported_if_it_is_dropped_beside_a_call() {
    let trace = Trace::record();
    for _ in 0..2 {
        tokio::spawn(guarded()).await.unwrap();
    }
    let Some(event) = the_one(&trace, GUARD, 37) else { return };
    assert!(
        event.field("message").starts_with("the context made here was dropped unused: the detached call"),
        "{event:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn of_a_place_whose_contexts_were_ever_used_none_is_reported() {
    let trace = Trace::record();
    let handler = async |enters: bool| {
        let context = Context::current().with_label("user", 7).with_timeout(SECOND / 5);
        drop(write_audit().await);
        if !enters {
            sleep(SECOND).await;
            return;
        }
        context.scope(async { drop(write_audit()) }).await.unwrap();
    };
    for enters in [true, false, false, false, false] {
        handler(enters).await;
    }
    assert!(said(&trace).is_empty(), "{:#?}", said(&trace));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_read_cloned_detached_passed_on_or_extended_is_used() {
    let trace = Trace::record();
    let source = CancelSource::new();
    let uses: [fn(&Context); 8] = [
        |context| drop(context.clone()),
        |context| drop(context.detach()),
        |context| drop(context.with_label("b", 2)),
        |context| assert!(context.get::<u8>().is_none()),
        |context| assert!(context.deadline().is_some()),
        |context| assert!(context.is_cancelled()),
        |context| assert!(context.cause().is_some()),
        |context| assert!(!format!("{context:?}").is_empty()),
    ];
    for uses in uses {
        let context = Context::current().with_cancel(&source).with_timeout(SECOND / 5);
        drop(write_audit().await);
        sleep(SECOND).await;
        uses(&context);
    }
    for _ in 0..4 {
        let context = Context::current().with_timeout(SECOND / 5);
        detach!(timeout = "5s", track = AUDIT, context = context, async {});
        sleep(SECOND).await;
    }
    assert!(said(&trace).is_empty(), "{:#?}", said(&trace));
}

#[tokio::test(start_paused = true)]
async fn one_that_another_task_drops_or_that_no_call_is_beside_is_not_reported() {
    let trace = Trace::record();
    for _ in 0..5 {
        let kept = Context::root().with_timeout(SECOND / 5);
        drop(write_audit().await);
        sleep(SECOND).await;
        tokio::spawn(async move {
            let _kept = kept;
            yield_now().await;
        })
        .await
        .unwrap();
    }
    for _ in 0..5 {
        let _early = Context::current().with(UserId(7)).with_timeout(SECOND);
        yield_now().await;
    }
    assert!(said(&trace).is_empty(), "{:#?}", said(&trace));
}

#[tokio::test(start_paused = true)]
async fn a_call_of_another_task_on_the_same_thread_is_not_beside_it() {
    let trace = Trace::record();
    for _ in 0..5 {
        let holds = tokio::spawn(async {
            let _context = Context::root().with(UserId(7));
            yield_now().await;
            yield_now().await;
        });
        yield_now().await;
        drop(write_audit().await);
        holds.await.unwrap();
    }
    assert!(said(&trace).is_empty(), "{:#?}", said(&trace));
}
