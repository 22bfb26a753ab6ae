//! Under OpenTelemetry a task's span says how the task ended, and how long it waited for its turn.

#![allow(clippy::async_yields_async, reason = "a runtime ends, and its task's handle is what is left")]

use std::fmt;
use std::future::pending;
use std::time::Duration;

use opentelemetry::Value;
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use outlive::{CancelCause, TaskError, Tracker, detached, periodic, worker};
use outlive_integration_tests::{Traces, attribute};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::{advance, sleep};

static TASKS: Tracker = Tracker::unbounded("tasks");

#[derive(Debug)]
struct DiskFull;

impl fmt::Display for DiskFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the disk is full")
    }
}

#[track_caller]
fn assert_error(span: &SpanData, error_type: &'static str, description: &str) {
    assert_eq!(span.status, Status::error(description.to_owned()));
    assert_eq!(attribute(span, "error.type"), Some(Value::from(error_type)));
}

#[detached(timeout = "5s", track = TASKS)]
async fn write_audit(fails: bool) -> Result<(), DiskFull> {
    yield_now().await;
    if fails { Err(DiskFull) } else { Ok(()) }
}

#[detached(timeout = "5s", track = TASKS)]
async fn waits() {
    pending::<()>().await;
}

#[tokio::test]
async fn a_task_that_has_completed_leaves_its_status_unset() {
    let traces = Traces::new();
    let _watched = traces.watch();
    write_audit(false).await.unwrap().unwrap();
    let span = traces.one("write_audit");
    assert_eq!((&span.status, attribute(&span, "error.type")), (&Status::Unset, None));
}

#[tokio::test]
async fn an_err_that_the_caller_takes_is_an_error_with_its_cause() {
    let traces = Traces::new();
    let _watched = traces.watch();
    write_audit(true).await.unwrap().unwrap_err();
    assert_error(&traces.one("write_audit"), "failed", "failed: the disk is full");
}

#[tokio::test]
async fn an_err_that_nobody_takes_is_an_error_with_its_cause_and_has_its_report() {
    let traces = Traces::new();
    let _watched = traces.watch();
    drop(write_audit(true));
    yield_now().await; // it begins
    yield_now().await; // it ends
    let span = traces.one("write_audit");
    assert_error(&span, "failed", "failed: the disk is full");
    assert_eq!(span.events.len(), 1, "the report: {:?}", span.events);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_an_error() {
    let traces = Traces::new();
    let _watched = traces.watch();
    assert!(matches!(waits().await, Err(TaskError::TimedOut { .. })));
    assert_error(&traces.one("waits"), "timed_out", "timed out after 5s");
}

#[tokio::test]
async fn a_panic_is_an_error_with_its_message() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn panics() {
        yield_now().await;
        panic!("a bug");
    }

    let traces = Traces::new();
    let _watched = traces.watch();
    assert!(matches!(panics().await, Err(TaskError::Panicked(_))));
    assert_error(&traces.one("panics"), "panicked", "panicked: a bug");
}

#[tokio::test]
async fn an_abort_is_an_error_with_its_cause() {
    let traces = Traces::new();
    let _watched = traces.watch();
    let handle = waits();
    yield_now().await;
    handle.abort(CancelCause::Requested);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(_))));
    assert_error(&traces.one("waits"), "cancelled", "aborted: on request");
}

#[tokio::test(start_paused = true)]
async fn what_a_drain_drops_is_an_error_and_so_is_what_has_never_started() {
    static NARROW: Tracker<5> = Tracker::bounded("narrow", 1).queue(1).drain_budget();

    #[detached(timeout = "5s", track = NARROW)]
    async fn stuck() {
        pending::<()>().await;
    }

    #[detached(timeout = "5s", track = NARROW)]
    async fn behind() {}

    let traces = Traces::new();
    let _watched = traces.watch();
    let handles = (stuck(), behind());
    yield_now().await;
    drop(NARROW.drain().await);
    drop(handles);
    assert_error(&traces.one("stuck"), "cancelled", "aborted: the tracker is shutting down");
    let behind = traces.one("behind");
    assert_error(&behind, "never_started", "never started: the tracker drained");
    assert_eq!(attribute(&behind, "outlive.queue.duration"), None, "it had no turn");
}

#[test]
fn what_is_lost_with_its_runtime_is_an_error() {
    let traces = Traces::new();
    let _watched = traces.watch();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let handle = runtime.block_on(async {
        let handle = waits();
        yield_now().await;
        handle
    });
    drop(runtime);
    drop(handle);
    assert_error(&traces.one("waits"), "lost", "lost: dropped together with its runtime");
}

#[test]
fn a_blocking_task_that_fails_is_an_error() {
    #[detached(timeout = "5s", track = TASKS, blocking)]
    fn hash() -> Result<(), DiskFull> {
        Err(DiskFull)
    }

    let traces = Traces::new();
    let _watched = traces.watch();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { hash().await }).unwrap().unwrap_err();
    drop(runtime);
    assert_error(&traces.one("hash"), "failed", "failed: the disk is full");
}

#[tokio::test(start_paused = true)]
async fn the_time_in_the_queue_is_an_attribute_of_what_was_queued() {
    static ONE: Tracker = Tracker::bounded("one", 1).queue(1);

    #[detached(timeout = "5s", track = ONE)]
    async fn first(go: oneshot::Receiver<()>) {
        go.await.unwrap();
    }

    #[detached(timeout = "5s", track = ONE)]
    async fn second() {
        sleep(Duration::from_secs(1)).await;
    }

    let traces = Traces::new();
    let _watched = traces.watch();
    let (go, gone) = oneshot::channel();
    let (first, second) = (first(gone), second());
    yield_now().await;
    advance(Duration::from_millis(1_500)).await;
    go.send(()).unwrap();
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(attribute(&traces.one("second"), "outlive.queue.duration"), Some(Value::from(1.5)));
    assert_eq!(attribute(&traces.one("first"), "outlive.queue.duration"), None);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_fails_is_an_error_and_has_its_report_and_its_loop_is_well() {
    static LOOPS: Tracker = Tracker::bounded("loops", 4);

    #[periodic(every = "10s", timeout = "1s", track = LOOPS)]
    async fn refresh() -> Result<(), DiskFull> {
        yield_now().await;
        Err(DiskFull)
    }

    let traces = Traces::new();
    let _watched = traces.watch();
    let looping = refresh();
    sleep(Duration::from_secs(11)).await;
    let run = traces.one("refresh");
    assert_error(&run, "failed", "failed: the disk is full");
    assert_eq!(run.events.len(), 1, "the report: {:?}", run.events);
    assert!(LOOPS.drain().await.is_clean());
    looping.await.unwrap();
    let spans = traces.exported();
    let [_, of_the_loop] = &*spans else { panic!("{spans:#?}") };
    assert_eq!((&of_the_loop.status, of_the_loop.events.len()), (&Status::Unset, 0), "{of_the_loop:?}");
}

/// A drain that is clean leaves no error in the traces.
#[tokio::test(start_paused = true)]
async fn a_worker_that_ends_as_it_has_asked_is_well() {
    static WORKERS: Tracker = Tracker::bounded("workers", 4);

    #[worker(track = WORKERS)]
    async fn consume() {
        pending::<()>().await;
    }

    #[worker(track = WORKERS, grace = "1s", restart = "1h..1h")]
    async fn follow() -> Result<(), DiskFull> {
        Err(DiskFull)
    }

    let traces = Traces::new();
    let _watched = traces.watch();
    drop((consume(), follow()));
    sleep(Duration::from_secs(1)).await;
    assert!(WORKERS.drain().await.is_clean());
    for name in ["consume", "follow"] {
        assert_eq!(traces.one(name).status, Status::Unset, "{name}");
    }
}
