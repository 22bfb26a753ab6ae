//! No failure is silent: each gives one event that names the function, and a storm becomes a count.

#![allow(clippy::async_yields_async, reason = "a request ends, and its task's handle is what is left")]

use std::fmt::{self, Debug, Display};
use std::sync::Arc;
use std::time::Duration;

use outlive::{CancelCause, CancelSource, Context, TaskHandle, TaskSite, Tracker, detach, detached};
use outlive_tests::{Event, Trace};
use tokio::task::yield_now;
use tokio::time::sleep;
use tracing::Level;

static TASKS: Tracker = Tracker::unbounded("the-tasks");

const SECOND: Duration = Duration::from_secs(1);

/// What every report says.
#[track_caller]
fn assert_names(event: &Event, site: &TaskSite, tracker: &str) {
    assert_eq!((event.name, event.target), ("outlive.report", module_path!()));
    assert_eq!((event.field("task"), event.field("tracker")), (site.name(), tracker));
    assert_eq!((event.field("file"), event.field("line")), ("tests/tests/reports.rs", &*site.line().to_string()));
}

/// Lets what is ready run.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

// One event for each way to fail.

#[tokio::test(start_paused = true)]
async fn a_panic_is_reported_as_an_error() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn breaks(disk: &'static str) {
        sleep(2 * SECOND).await;
        panic!("no {disk}");
    }

    let trace = Trace::record();
    let request = Context::root().with_label("request", "a1b2").with_label("tenant", "acme");
    let site = request.scope(async { breaks("disk").site() }).await.unwrap();
    sleep(3 * SECOND).await;
    let event = trace.report();
    assert_names(&event, site, "the-tasks");
    assert_eq!(event.level, Level::ERROR);
    assert_eq!(event.field("message"), "detached task panicked");
    assert_eq!(event.field("cause"), "no disk");
    assert_eq!(event.field("labels"), "request=a1b2 tenant=acme");
    assert_eq!((event.field("elapsed"), event.own_field("queue_delay")), ("2s", None), "it was not queued");
    assert_eq!(event.field("suppressed"), "0");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_reported_as_a_warning_with_its_time_in_the_queue() {
    static ONE: Tracker = Tracker::bounded("one", 1).queue(1);

    #[detached(timeout = "4s", grace = "500ms", track = ONE)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "4s", track = ONE)]
    async fn holds() {
        sleep(3 * SECOND).await;
    }

    let trace = Trace::record();
    holds();
    let site = hangs().site();
    sleep(10 * SECOND).await;
    let event = trace.report();
    assert_names(&event, site, "one");
    assert_eq!((event.level, event.field("message")), (Level::WARN, "detached task timed out"));
    assert_eq!(event.field("cause"), "timed out after 4s and a grace of 500ms");
    assert_eq!((event.field("elapsed"), event.field("queue_delay")), ("4.5s", "3s"));
    assert!(!event.fields.contains_key("labels") && !event.span_fields.contains_key("labels"));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_reported_only_where_nobody_looks_at_it() {
    static ONE: Tracker = Tracker::bounded("one", 1);

    #[detached(timeout = "4s", track = ONE)]
    async fn holds() {
        sleep(3 * SECOND).await;
    }

    let trace = Trace::record();
    let first = holds();
    assert!(holds().admitted().is_err());
    assert!(holds().await.is_err());
    assert!(trace.reports().is_empty(), "looked at");

    let request = Context::root().with_label("request", "a1b2");
    let refused = request.scope(async { holds() }).await.unwrap();
    assert!(refused.is_finished());
    assert!(trace.reports().is_empty(), "not yet");
    let site = refused.site();
    drop(refused);
    let event = trace.report();
    assert_names(&event, site, "one");
    assert_eq!((event.level, event.field("message")), (Level::WARN, "detached call was refused, and nobody looked"));
    assert_eq!(event.field("cause"), "the tracker is full");
    assert_eq!(event.field("labels"), "request=a1b2");
    first.await.unwrap();

    assert!(ONE.drain().await.is_clean());
    holds();
    assert!(trace.report().field("cause").starts_with("the tracker is draining"));
}

#[tokio::test(start_paused = true)]
async fn an_err_is_reported_when_its_handle_was_dropped_at_once() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn fails() -> Result<(), &'static str> {
        sleep(SECOND).await;
        Err("disk full")
    }

    let trace = Trace::record();
    let request = Context::root().with_label("request", "a1b2");
    let site = request.scope(async { fails().site() }).await.unwrap();
    settle().await;
    assert!(trace.reports().is_empty(), "it has not failed yet");
    sleep(2 * SECOND).await;
    let event = trace.report();
    assert_names(&event, site, "the-tasks");
    assert_eq!((event.level, event.field("message")), (Level::WARN, "detached task failed, and nobody looked"));
    assert_eq!((event.field("cause"), event.field("labels")), ("disk full", "request=a1b2"));
    assert_eq!(event.field("elapsed"), "1s");
}

#[tokio::test(start_paused = true)]
async fn an_err_is_reported_when_its_handle_is_dropped_after_the_task_has_ended() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn fails() -> Result<(), &'static str> {
        Err("disk full")
    }

    let trace = Trace::record();
    let handle = fails().admitted().unwrap();
    settle().await;
    assert!(handle.is_finished());
    assert!(trace.reports().is_empty(), "somebody may still look");
    drop(handle);
    assert_eq!(trace.report().field("cause"), "disk full");
}

#[tokio::test(start_paused = true)]
async fn an_err_that_somebody_takes_is_not_reported() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn fails() -> Result<(), &'static str> {
        Err("disk full")
    }

    let trace = Trace::record();
    assert_eq!(fails().await.unwrap(), Err("disk full"));
    let handle = fails();
    settle().await;
    assert_eq!(handle.await.unwrap(), Err("disk full"), "after its end");
    let mut handle = fails();
    tokio::select! {
        taken = &mut handle => assert_eq!(taken.unwrap(), Err("disk full")),
        () = sleep(SECOND) => unreachable!(),
    }
    drop(handle);
    settle().await;
    assert!(trace.reports().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_ends_well_is_not_reported() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn works() -> Result<u8, &'static str> {
        Ok(7)
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn finds_nothing() -> Option<u8> {
        None
    }

    let trace = Trace::record();
    works();
    finds_nothing();
    settle().await;
    assert_eq!(works().await.unwrap(), Ok(7));
    assert!(trace.reports().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_abort_is_reported_with_its_cause() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    let trace = Trace::record();
    let handle = hangs();
    sleep(SECOND).await;
    handle.abort(CancelCause::Requested);
    settle().await;
    let event = trace.report();
    assert_names(&event, handle.site(), "the-tasks");
    assert_eq!((event.level, event.field("message")), (Level::WARN, "detached task was aborted"));
    assert_eq!((event.field("cause"), event.field("elapsed")), ("on request", "1s"));
}

#[test]
fn a_task_that_is_lost_with_its_runtime_is_reported_as_an_error() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    let trace = Trace::record();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let site = runtime.block_on(async {
        let request = Context::root().with_label("request", "a1b2");
        let site = request.scope(async { hangs().site() }).await.unwrap();
        yield_now().await;
        site
    });
    assert!(trace.reports().is_empty());
    drop(runtime);
    let event = trace.report();
    assert_names(&event, site, "the-tasks");
    assert_eq!((event.level, event.field("message")), (Level::ERROR, "detached task was lost with its runtime"));
    assert_eq!(event.field("labels"), "request=a1b2");
    assert_eq!(event.field("cause"), "dropped together with its runtime");
}

#[tokio::test(start_paused = true)]
async fn what_a_drain_drops_and_what_it_never_starts_is_reported() {
    #[detached(timeout = "19s", track = tracker)]
    async fn hangs(tracker: Arc<Tracker>) {
        let _keep = tracker;
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "19s", track = tracker)]
    async fn holds(tracker: Arc<Tracker>) {
        let _keep = tracker;
        sleep(10 * SECOND).await;
    }

    #[detached(timeout = "19s", track = tracker)]
    async fn waits_in_vain(tracker: Arc<Tracker>) {
        drop(tracker);
    }

    let trace = Trace::record();
    let tracker = Arc::new(Tracker::bounded("own", 1).queue(2));
    holds(tracker.clone());
    hangs(tracker.clone());
    let site = waits_in_vain(tracker.clone()).site();
    assert_eq!(tracker.drain().await.never_started(), 1);
    let mut events = trace.reports();
    events.sort_by_key(|event| event.field("task").to_owned());
    let [dropped, never] = &*events else { panic!("{events:#?}") };
    assert_eq!((dropped.level, dropped.field("message")), (Level::WARN, "detached task was aborted"));
    assert_eq!(dropped.field("cause"), "the tracker is shutting down");
    assert_eq!((dropped.field("elapsed"), dropped.field("queue_delay")), ("10s", "10s"));
    assert_names(never, site, "own");
    assert_eq!((never.level, never.field("message")), (Level::WARN, "detached call never started"));
    assert_eq!((never.own_field("elapsed"), never.field("queue_delay")), (None, "20s"));
}

// How an error is shown.

struct Shown;

impl Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("as Display shows it")
    }
}

impl Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("as Debug shows it")
    }
}

#[derive(Debug)]
struct OnlyDebug {
    #[expect(dead_code, reason = "Debug shows it")]
    code: u8,
}

struct Opaque;

/// The cause in the report of a call that nobody waits for.
async fn cause_of<T>(trace: &Trace, call: impl FnOnce() -> TaskHandle<T>) -> String {
    drop(call());
    settle().await;
    trace.report().field("cause").to_owned()
}

#[tokio::test(start_paused = true)]
async fn an_error_is_shown_as_display_does_or_debug_or_by_its_types_name() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn displays() -> Result<(), Shown> {
        Err(Shown)
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn debugs() -> Result<(), OnlyDebug> {
        Err(OnlyDebug { code: 5 })
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn hides() -> Result<(), Opaque> {
        Err(Opaque)
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn aliased() -> std::io::Result<Opaque> {
        Err(std::io::Error::other("as io shows it"))
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn boxed() -> Result<Opaque, Box<dyn std::error::Error + Send + Sync>> {
        Err("as a box shows it".into())
    }

    #[detached(timeout = "5s", track = TASKS, blocking)]
    fn on_a_thread() -> Result<(), OnlyDebug> {
        Err(OnlyDebug { code: 6 })
    }

    let trace = Trace::record();
    assert_eq!(cause_of(&trace, displays).await, "as Display shows it");
    assert_eq!(cause_of(&trace, debugs).await, "OnlyDebug { code: 5 }");
    assert_eq!(cause_of(&trace, hides).await, "reports::Opaque");
    assert_eq!(cause_of(&trace, aliased).await, "as io shows it");
    assert_eq!(cause_of(&trace, boxed).await, "as a box shows it");
    let future = || detach!(timeout = "5s", track = TASKS, async { Err::<(), _>(Shown) });
    assert_eq!(cause_of(&trace, future).await, "as Display shows it");

    // The thread gives its value back to the task, whose handle is dropped here.
    let handle = on_a_thread();
    while !handle.is_finished() {
        yield_now().await;
    }
    drop(handle);
    assert_eq!(trace.report().field("cause"), "OnlyDebug { code: 6 }");
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_generic_type_is_shown_as_its_bounds_allow() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn displays<E: Display + Send + 'static>(error: E) -> Result<(), E> {
        Err(error)
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn debugs<E>(error: E) -> Result<(), E>
    where
        E: Debug + Send + 'static,
    {
        Err(error)
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn hides<E: Send + 'static>(error: E) -> Result<(), E> {
        Err(error)
    }

    struct Fallible<E>(E);

    impl<E: Display + Send + 'static> Fallible<E> {
        #[detached(timeout = "5s", track = TASKS)]
        async fn displays(self) -> Result<(), E> {
            Err(self.0)
        }
    }

    let trace = Trace::record();
    assert_eq!(cause_of(&trace, || displays(Shown)).await, "as Display shows it");
    assert_eq!(cause_of(&trace, || debugs(Shown)).await, "as Debug shows it");
    assert_eq!(cause_of(&trace, || hides(Shown)).await, "reports::Shown");
    assert_eq!(cause_of(&trace, || Fallible(Shown).displays()).await, "as Display shows it");
}

#[tokio::test(start_paused = true)]
async fn an_error_whose_display_panics_is_reported_all_the_same() {
    struct Broken;
    impl Display for Broken {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no words")
        }
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn fails() -> Result<(), Broken> {
        Err(Broken)
    }

    let trace = Trace::record();
    assert_eq!(cause_of(&trace, fails).await, "cannot be shown: its formatting panicked: no words");
    let handle = fails();
    settle().await;
    let site = handle.site();
    drop(handle);
    assert!(trace.report().field("cause").ends_with("no words"), "also where the handle's drop shows it");
    assert_eq!((site.counts().failed, site.counts().panicked), (2, 0));
}

// A storm.

fn suppressed(event: &Event) -> usize {
    event.field("suppressed").parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_storm_becomes_a_count_and_nothing_of_it_is_lost() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn breaks() {
        panic!("again");
    }

    let trace = Trace::record();
    for _ in 0..100 {
        breaks();
    }
    settle().await;
    let storm = trace.reports();
    assert!((1..=10).contains(&storm.len()), "{} events", storm.len());
    assert!(storm.iter().all(|event| suppressed(event) == 0));

    tokio::time::advance(60 * SECOND).await;
    breaks();
    settle().await;
    assert_eq!(storm.len() + 1 + suppressed(&trace.report()), 101);
    breaks();
    settle().await;
    assert_eq!(suppressed(&trace.report()), 0, "said once");
}

#[tokio::test(start_paused = true)]
async fn what_comes_now_and_then_is_reported_each_time() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn breaks() {
        panic!("again");
    }

    let trace = Trace::record();
    for _ in 0..30 {
        breaks();
        settle().await;
        assert_eq!(suppressed(&trace.report()), 0);
        tokio::time::advance(SECOND).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_storm_at_one_function_hides_no_other_function_and_no_other_outcome() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn stormy(breaks: bool) -> Result<(), &'static str> {
        assert!(!breaks, "again");
        Err("another outcome")
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn calm() {
        panic!("once");
    }

    let trace = Trace::record();
    for _ in 0..100 {
        stormy(true);
    }
    settle().await;
    assert!(trace.reports().len() < 100);
    calm();
    settle().await;
    assert_eq!(trace.report().field("task"), "calm");
    stormy(false);
    settle().await;
    assert_eq!(trace.report().field("cause"), "another outcome");
}

// A wait without end.

#[cfg(debug_assertions)]
#[tokio::test(start_paused = true)]
async fn waiting_on_a_context_that_nothing_can_cancel_is_reported_with_the_place() {
    let trace = Trace::record();
    let root = Context::root();
    let waiting = (root.cancelled(), line!());
    let event = trace.report();
    assert_eq!((event.level, event.target), (Level::WARN, "outlive"), "it is no function's");
    assert!(event.field("called_from").starts_with(&format!("{}:{}:", file!(), waiting.1)), "{event:?}");
    assert!(event.field("message").contains("nothing can cancel"), "{event:?}");
    drop(waiting);

    let line = line!() + 1;
    root.on_cancel(|_| unreachable!());
    assert!(trace.report().field("called_from").starts_with(&format!("{}:{line}:", file!())));
}

#[tokio::test(start_paused = true)]
async fn waiting_on_a_context_that_something_can_cancel_is_not_reported() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn in_a_task() {
        drop(Context::current().cancelled());
    }

    let trace = Trace::record();
    let source = CancelSource::new();
    drop(Context::root().with_cancel(&source).cancelled());
    drop(Context::root().with_timeout(SECOND).cancelled());
    drop(Context::root().detach().with_timeout(SECOND).cancelled());
    Context::root().with_timeout(SECOND).on_cancel(drop);
    in_a_task().await.unwrap();
    assert!(trace.reports().is_empty());
}
