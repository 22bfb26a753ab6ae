//! Guards of the thread, held while the task waits.

use std::cell::RefCell;
use std::sync::Mutex;

use tokio::runtime::Handle;
use tokio::task::yield_now;

pub async fn entered(span: tracing::Span) {
    let _entered = span.enter(); //~ clippy::await_holding_invalid_type tracing::span::Entered
    yield_now().await;
}

pub async fn entered_span(span: tracing::Span) {
    let _entered = span.entered(); //~ clippy::await_holding_invalid_type tracing::span::EnteredSpan
    yield_now().await;
}

pub async fn runtime(handle: Handle) {
    let _entered = handle.enter(); //~ clippy::await_holding_invalid_type tokio::runtime::EnterGuard
    yield_now().await;
}

pub async fn lock(sum: &Mutex<u32>) {
    let mut sum = sum.lock().unwrap(); //~ clippy::await_holding_lock
    yield_now().await;
    *sum += 1;
}

pub async fn cell(sum: &RefCell<u32>) {
    let mut sum = sum.borrow_mut(); //~ clippy::await_holding_refcell_ref
    yield_now().await;
    *sum += 1;
}

/// Held, and let go in time.
pub async fn in_time(span: tracing::Span, handle: Handle, sum: &Mutex<u32>) {
    span.in_scope(|| *sum.lock().unwrap() += 1);
    {
        let _entered = handle.enter();
    }
    yield_now().await;
}
