//! # 18. The cause is expected to cross
//!
//! Level: N. Escapes: –
//!
//! In Go `context.Cause` of a context `WithoutCancel` is always `nil`, whatever has become of the request; so the cause is
//! passed by hand, and then it is the wrong one.
//!
//! In Rust a token has no cause. The cell that is passed beside it is the request's, and says why the *request* ended.
//!
//! With outlive what a task obeys has a cause of its own: its timeout, its drain, its abort. The request's can be seen,
//! through `DetachedContext::origin_cause`, and is not obeyed.

mod naive;
mod outlive;

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex};

use ::outlive::{CancelCause, CancelSource, Context, TaskError};

use crate::common::{seconds, settle};

/// What the work has said.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn say(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// A client hangs up. Its detached work goes on, until the service shuts down. Why does it say that it stopped?
#[tokio::test(start_paused = true)]
async fn naive_blames_the_request() {
    let log = Log::default();
    naive::main(&log).await;
    assert_eq!(log.lines(), ["stopped: the client has hung up"]);
}

#[tokio::test(start_paused = true)]
async fn outlive_knows_both_and_obeys_its_own() {
    let log = Log::default();
    outlive::main(&log).await;
    assert_eq!(log.lines(), ["goes on: the client has hung up", "stopped: the tracker is shutting down"]);
}

/// A cause of the user's own.
#[derive(Debug, PartialEq)]
pub(crate) struct HungUp;

impl fmt::Display for HungUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client has hung up")
    }
}

impl Error for HungUp {}

fn is_hung_up(cause: &CancelCause) -> bool {
    matches!(cause, CancelCause::Other(cause) if cause.downcast_ref() == Some(&HungUp))
}

#[tokio::test(start_paused = true)]
async fn outlive_passes_a_cause_on_across_every_boundary_within_the_request() {
    let source = CancelSource::new();
    let request = Context::root().with_cancel(&source);
    // A context made of it, a scope in it, a scope in that, a callback, another task.
    let derived = request.with(1_u8).with_timeout(seconds(60));
    let (called, callback) = tokio::sync::oneshot::channel();
    derived.on_cancel(|cause| drop(called.send(cause)));
    let elsewhere = tokio::spawn({
        let derived = derived.clone();
        async move { derived.cancelled().await }
    });
    let nested = tokio::spawn(async move {
        let inner = derived.scope(async { Context::current().scope(std::future::pending::<()>()).await }).await;
        inner.unwrap_or_else(Err)
    });
    settle().await;
    source.cancel(CancelCause::Other(Arc::new(HungUp)));
    source.cancel(CancelCause::Requested);
    assert!(request.cause().as_ref().is_some_and(is_hung_up), "the first cause stands");
    assert!(is_hung_up(&callback.await.unwrap()));
    assert!(is_hung_up(&elsewhere.await.unwrap()));
    assert!(is_hung_up(&nested.await.unwrap().unwrap_err()));
    assert!(request.detach().origin_cause().as_ref().is_some_and(is_hung_up));
    assert!(request.detach().with_timeout(seconds(5)).cause().is_none(), "seen, not obeyed");
}

/// What a task sees where it looks, or its destructors do; and what its handle gives where it does not.
#[tokio::test(start_paused = true)]
async fn outlive_gives_a_task_causes_of_its_own() {
    use CancelCause::{Disconnected, Other, OwnerDropped, Requested, Shutdown, Timeout};

    assert!(matches!(outlive::listens().await, Ok(Timeout)));
    assert!(matches!(outlive::looks_on_its_thread().await, (Err(TaskError::TimedOut { .. }), Some(Timeout))));

    let (aborted, seen) = outlive::looks_at_its_end();
    aborted.abort(Other(Arc::new(HungUp)));
    assert!(matches!(aborted.await, Err(TaskError::Cancelled(cause)) if is_hung_up(&cause)));
    assert!(seen.await.unwrap().as_ref().is_some_and(is_hung_up));
    let (aborted, seen) = outlive::looks_at_its_end();
    aborted.abort(Requested);
    assert!(matches!(seen.await, Ok(Some(Requested))));
    let (dropped, seen) = outlive::looks_at_its_end();
    drop(dropped.abort_on_drop());
    assert!(matches!(seen.await, Ok(Some(Disconnected))));

    assert!(matches!(outlive::works_until_the_drain().await, Ok(Shutdown)));
    assert!(matches!(outlive::works_until_its_owner_goes().await, Ok(OwnerDropped)));
}
