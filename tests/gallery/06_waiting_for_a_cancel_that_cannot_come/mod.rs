//! # 6. Waiting for the cancellation of what nobody can cancel
//!
//! Level: C + R. Escapes: –
//!
//! In Go the two calls are fine one by one. Together the function never runs, and what it holds is never let go:
//!
//! ```go
//! ctx := context.WithoutCancel(r.Context())
//! context.AfterFunc(ctx, cursor.Close) // never
//! ```
//!
//! In Rust it is a token that nobody cancels, and a task that waits for it.
//!
//! With outlive the two kinds of context are two types. A `DetachedContext` has nothing to wait for (`refused.rs`,
//! `refused_on_cancel.rs`), and is not taken where a `Context` is asked for (`refused_as_a_context.rs`); given a time of
//! its own it becomes one. The one `Context` without an end, a root, is reported in debug builds when somebody waits.

mod naive;
mod outlive;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use ::outlive::Context;
use outlive_tests::Trace;
use tokio::time::sleep;

use crate::common::{seconds, tasks};

/// Something to be closed when the work's time is over.
#[derive(Clone, Default)]
pub(crate) struct Cursor(Arc<AtomicBool>);

impl Cursor {
    pub(crate) fn close(&self) {
        self.0.store(true, Relaxed);
    }
}

/// Work is detached, and its cursor is to be closed when it is cancelled. Is it closed an hour later, and how many tasks
/// still wait?
async fn closed_and_waiting(handler: impl FnOnce(Cursor)) -> (bool, usize) {
    let cursor = Cursor::default();
    let before = tasks();
    handler(cursor.clone());
    sleep(seconds(3_600)).await;
    (cursor.0.load(Relaxed), tasks() - before)
}

#[tokio::test(start_paused = true)]
async fn naive_never_closes_it_and_leaks_who_waits() {
    assert_eq!(closed_and_waiting(naive::handler).await, (false, 1));
}

#[tokio::test(start_paused = true)]
async fn outlive_closes_it_when_the_time_is_over() {
    assert_eq!(closed_and_waiting(outlive::handler).await, (true, 0));
}

#[tokio::test(start_paused = true)]
async fn outlive_reports_a_wait_on_a_root_with_its_place() {
    let trace = Trace::record();
    let line = line!() + 1;
    let registered = Context::root().on_cancel(|_| unreachable!("nothing can cancel a root"));
    let report = trace.report();
    assert!(report.field("called_from").starts_with(&format!("{}:{line}:", file!())), "{report:?}");
    assert_eq!(
        report.field("message"),
        "waits for the cancellation of a context that nothing can cancel: in a task, wait for that of `Context::current()`; \
         elsewhere, give it a deadline, or a CancelSource"
    );
    assert!(!registered.stop(), "and it leaks nothing: what would never run is not kept");
    assert_eq!(tasks(), 0);

    drop(Context::root().cancelled());
    assert_eq!(trace.reports().len(), 1);
}
