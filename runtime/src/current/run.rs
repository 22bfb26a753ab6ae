//! Runs user code with its context in scope and its span entered. Its panics, and those of a subscriber, are caught.

use std::any::Any;
use std::mem;
use std::task::Waker;

use super::record::TaskRecord;
use super::scope::{Current, run_as, run_task};
use crate::report::TaskSpan;
use crate::tracker::{Binding, Permit};

/// Runs user code in the task's context. With a `waker`, the code is a poll of the task's future.
#[inline]
pub(crate) fn in_task<B: Binding, R>(
    permit: &mut Permit<B>,
    task: &mut TaskRecord,
    waker: Option<&Waker>,
    work: impl FnOnce() -> R,
) -> Result<R, Box<dyn Any + Send>> {
    let mut span = task.span().map(mem::take);
    let result = run_task(permit.binding_mut(), task, waker, || {
        let _entered = TaskSpan::enter_if(span.as_mut());
        work()
    });
    if let Some(span) = span {
        task.put_span(span);
    }
    result
}

/// Runs a part of a task outside of its future: a blocking thread's work, or a group's child.
pub(crate) fn in_place<R>(
    span: &mut TaskSpan,
    current: &mut Current,
    work: impl FnOnce() -> R,
) -> Result<R, Box<dyn Any + Send>> {
    run_as(current, || {
        let _entered = span.enter();
        work()
    })
}
