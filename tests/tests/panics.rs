//! A panic ends its task and nothing else, also one from a destructor, a payload or a hook.

use std::error::Error;
use std::future::Future;
use std::panic::panic_any;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use outlive::{CancelCause, Panic, Rejected, TaskError, TaskHandle, Tracker, Unfinished, detach, detached};
use outlive_tests::Trace;
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static TASKS: Tracker = Tracker::unbounded("tasks");

#[detached(timeout = "5s", track = TASKS)]
async fn works() -> u8 {
    yield_now().await;
    7
}

#[track_caller]
fn panic_of<T>(result: Result<T, TaskError>) -> Panic {
    match result {
        Err(TaskError::Panicked(panic)) => panic,
        Err(other) => panic!("not a panic: {other}"),
        Ok(_) => panic!("no error"),
    }
}

async fn ended<T>(handle: &TaskHandle<T>) {
    while !handle.is_finished() {
        yield_now().await;
    }
}

/// Panics when it is dropped, and so does what it panics with.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any(Bomb);
    }
}

/// Panics when it is dropped.
struct Clumsy(&'static str);

impl Drop for Clumsy {
    fn drop(&mut self) {
        panic!("{}", self.0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_caught_and_counted_and_its_message_is_in_the_handle() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn at_once() {
        panic!("a literal");
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn after_an_await(what: String) -> u8 {
        yield_now().await;
        panic!("a text with {what}")
    }

    let handle = at_once();
    let site = handle.site();
    let error = handle.await.unwrap_err();
    assert!(error.to_string().starts_with("panicked: a literal: `"), "{error}");
    let panic = panic_of::<()>(Err(error));
    assert_eq!(panic.message(), "a literal");
    assert!(format!("{panic:?}").contains("a literal"));
    assert_eq!(*panic.into_payload().downcast::<&'static str>().unwrap(), "a literal");
    assert_eq!((site.counts().started, site.counts().panicked, site.counts().live), (1, 1, 0));

    let panic = panic_of(after_an_await("a value".to_owned()).await);
    assert_eq!(panic.message(), "a text with a value");
    assert_eq!(*panic.into_payload().downcast::<String>().unwrap(), "a text with a value");
}

#[tokio::test(start_paused = true)]
async fn a_payload_that_is_not_a_string_can_be_taken_out() {
    #[derive(Debug, PartialEq)]
    struct Code(u32);

    #[detached(timeout = "5s", track = TASKS)]
    async fn breaks() {
        panic_any(Code(5));
    }

    let panic = panic_of(breaks().await);
    assert_eq!(panic.message(), "a payload that is not a string");
    let again = std::panic::catch_unwind(|| std::panic::resume_unwind(panic.into_payload()));
    assert_eq!(*again.unwrap_err().downcast::<Code>().unwrap(), Code(5));
}

#[tokio::test]
async fn a_panic_on_a_blocking_thread_is_the_tasks() {
    #[detached(timeout = "5s", track = TASKS, blocking)]
    fn breaks(what: &'static str) {
        panic!("no {what}");
    }

    #[detached(timeout = "5s", track = TASKS, blocking)]
    fn explodes() {
        panic_any(Bomb);
    }

    let handle = breaks("disk");
    let site = handle.site();
    assert_eq!(panic_of(handle.await).message(), "no disk");
    assert_eq!(site.counts().panicked, 1);
    drop(panic_of(explodes().await));
    assert_eq!(works().await.unwrap(), 7);
}

#[test]
fn the_runtime_and_other_tasks_go_on() {
    static ONE: Tracker = Tracker::bounded("one", 1).queue(40);

    #[detached(timeout = "5s", track = ONE)]
    async fn breaks_or_not(id: usize) -> usize {
        yield_now().await;
        assert!(id % 2 != 0, "{id} is even");
        id
    }

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let handles: Vec<_> = (0..40).map(breaks_or_not).collect();
        for (id, handle) in handles.into_iter().enumerate() {
            match handle.await {
                Ok(value) => assert_eq!((value, id % 2), (id, 1)),
                error => assert_eq!(panic_of(error).message(), format!("{id} is even")),
            }
        }
        assert_eq!(ONE.live(), 0, "each gave its place back");
        assert!(ONE.drain().await.is_clean());
    });
}

#[tokio::test(start_paused = true)]
async fn a_payload_whose_own_drop_panics_is_survived() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn explodes() {
        yield_now().await;
        panic_any(Bomb);
    }

    // Its handle is dropped while it runs.
    let site = explodes().site();
    // While it is over.
    let handle = explodes();
    ended(&handle).await;
    drop(handle);
    // Awaited, and the error is dropped.
    let panic = panic_of(explodes().await);
    assert_eq!(panic.message(), "a payload that is not a string");
    drop(panic);
    assert!(explodes().await.is_err());
    // Taken out: then it is the user's.
    let payload = panic_of(explodes().await).into_payload();
    assert!(payload.is::<Bomb>());
    std::mem::forget(payload);

    assert_eq!((site.counts().panicked, site.counts().live), (5, 0));
    assert_eq!(works().await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_body_whose_drop_panics_keeps_its_real_outcome_and_is_reported() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn hangs(clumsy: Clumsy) {
        let _clumsy = clumsy;
        std::future::pending::<()>().await;
    }

    let trace = Trace::record();
    let handle = hangs(Clumsy("dropped"));
    let site = handle.site();
    assert!(matches!(handle.await, Err(TaskError::TimedOut { .. })));
    let counts = site.counts();
    assert_eq!((counts.timed_out, counts.panicked, counts.live), (1, 0, 0));
    let mut causes: Vec<_> = trace.reports().iter().map(|event| event.field("cause").to_owned()).collect();
    causes.sort();
    assert_eq!(causes, ["timed out after 5s", "while its future was dropped: dropped"]);

    let handle = hangs(Clumsy("dropped"));
    yield_now().await;
    handle.abort(CancelCause::Requested);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Requested))));
    let counts = site.counts();
    assert_eq!((counts.cancelled, counts.panicked, counts.live), (1, 0, 0));
    assert_eq!(works().await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_body_whose_drop_panics_again_and_again_is_survived() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn hangs(bomb: Bomb) {
        let _bomb = bomb;
        std::future::pending::<()>().await;
    }

    let handle = hangs(Bomb);
    yield_now().await;
    handle.abort(CancelCause::Requested);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(_))));
    assert_eq!(works().await.unwrap(), 7);
}

#[test]
fn a_body_whose_drop_panics_when_its_runtime_goes_down_is_survived() {
    #[detached(timeout = "5s", track = OWN)]
    async fn hangs(clumsy: Clumsy) {
        let _clumsy = clumsy;
        std::future::pending::<()>().await;
    }

    static OWN: Tracker = Tracker::bounded("own", 2).queue(2);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let site = runtime.block_on(async {
        let handles: Vec<_> = (0..4).map(|_| hangs(Clumsy("dropped"))).collect();
        yield_now().await;
        handles[0].site()
    });
    drop(runtime);
    assert_eq!((site.counts().lost, site.counts().panicked, OWN.live()), (4, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_future_whose_drop_panics_after_it_is_done_has_its_value() {
    struct Done(#[expect(dead_code, reason = "for its drop")] Clumsy);
    impl Future for Done {
        type Output = u8;
        fn poll(self: Pin<&mut Self>, _: &mut std::task::Context<'_>) -> Poll<u8> {
            Poll::Ready(7)
        }
    }

    let trace = Trace::record();
    let handle = detach!(timeout = "5s", track = TASKS, Done(Clumsy("dropped")));
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), 7);
    assert_eq!((site.counts().completed, site.counts().panicked), (1, 0));
    assert_eq!(trace.report().field("cause"), "while its future was dropped: dropped");
}

#[tokio::test(start_paused = true)]
async fn a_value_whose_drop_panics_harms_nobody() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn gives() -> Clumsy {
        yield_now().await;
        Clumsy("dropped")
    }

    let site = gives().site();
    let handle = gives();
    ended(&handle).await;
    drop(handle);
    assert_eq!(works().await.unwrap(), 7);
    assert_eq!((site.counts().completed, site.counts().live), (2, 0));
}

static HOOK_RUNS: AtomicUsize = AtomicUsize::new(0);

/// A hook that is no better than the task.
fn breaks_too(_: Unfinished<(u8,)>) {
    HOOK_RUNS.fetch_add(1, Ordering::Relaxed);
    panic_any(Bomb);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_panics_is_survived_and_reported_and_the_outcome_stands() {
    static ONE: Tracker = Tracker::bounded("one", 1);

    #[detached(timeout = "5s", track = ONE, unfinished = breaks_too)]
    async fn hangs(_id: u8) -> Result<(), &'static str> {
        std::future::pending().await
    }

    #[detached(timeout = "5s", track = ONE, unfinished = breaks_too)]
    async fn fails(_id: u8) -> Result<(), &'static str> {
        Err("disk full")
    }

    let trace = Trace::record();
    let handle = hangs(1);
    assert!(matches!(hangs(2).await, Err(TaskError::Rejected(Rejected::Full))));
    let refused = trace.report();
    assert_eq!(refused.field("cause"), "in its `unfinished` hook: a payload that is not a string");
    let site = handle.site();
    assert!(matches!(handle.await, Err(TaskError::TimedOut { .. })));
    assert_eq!(trace.reports().len(), 2, "the timeout, and the hook");
    assert_eq!(fails(3).await.unwrap(), Err("disk full"));
    assert_eq!(trace.reports().len(), 1, "the hook: the error was looked at");
    let counts = site.counts();
    assert_eq!((counts.timed_out, counts.rejected, counts.panicked, ONE.live()), (1, 1, 0, 0));
    assert_eq!(HOOK_RUNS.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_others_wait_for_the_place_hands_it_on() {
    #[detached(timeout = "5s", track = tracker)]
    async fn breaks(tracker: Arc<Tracker>, go: oneshot::Receiver<()>) {
        let _keep = tracker;
        let _ = go.await;
        panic!("broken");
    }

    #[detached(timeout = "5s", track = tracker)]
    async fn follows(tracker: Arc<Tracker>) -> u8 {
        let _keep = tracker;
        9
    }

    let tracker = Arc::new(Tracker::bounded("own", 1).queue(1));
    let (go, gone) = oneshot::channel();
    let first = breaks(tracker.clone(), gone);
    let second = follows(tracker.clone());
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(!second.is_finished());
    drop(go);
    assert!(first.await.is_err());
    assert_eq!(second.await.unwrap(), 9);
}

#[tokio::test(start_paused = true)]
async fn a_task_error_goes_where_errors_go() {
    const fn is_an_error<E: Error + Send + Sync + 'static>() {}

    // A payload need not be `Sync`.
    #[detached(timeout = "5s", track = TASKS)]
    async fn breaks() -> u8 {
        panic_any(std::cell::Cell::new(1));
    }

    async fn caller() -> Result<u8, Box<dyn Error + Send + Sync>> {
        Ok(breaks().await? + 1)
    }

    const { is_an_error::<TaskError>() };
    let error = caller().await.unwrap_err();
    assert!(error.to_string().starts_with("panicked: a payload that is not a string: `breaks`"), "{error}");
    assert!(matches!(error.downcast_ref(), Some(TaskError::Panicked(_))));
}

/// A subscriber whose spans panic as they open, or as they close.
struct Breaks {
    opens: bool,
}

impl Subscriber for Breaks {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.name() == "outlive.report"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        assert!(self.opens, "no span");
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn try_close(&self, _: Id) -> bool {
        panic!("cannot close")
    }
}

#[tokio::test]
async fn a_subscriber_that_panics_costs_no_call_and_no_result() {
    static SPANS: Tracker = Tracker::unbounded("spans");

    #[detached(timeout = "1s", track = SPANS)]
    async fn gives() -> u8 {
        tokio::task::yield_now().await;
        7
    }

    for opens in [false, true] {
        let call = tracing::subscriber::with_default(Breaks { opens }, gives);
        let counts = call.site().counts();
        assert_eq!((counts.started, counts.live), (if opens { 2 } else { 1 }, 1));
        assert_eq!(call.await.unwrap(), 7);
        assert_eq!(SPANS.live(), 0);
    }
}
