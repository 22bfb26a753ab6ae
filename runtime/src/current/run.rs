//! Runs the user's code as it expects to be run: its context in scope, its span and what it carries entered, its panic
//! caught, and a subscriber's as well.

use std::any::Any;
use std::mem;
use std::task::Waker;

use super::carriers::Carriers;
use super::record::TaskRecord;
use super::scope::{Current, run_as, run_task};
use crate::report::TaskSpan;
use crate::tracker::{Binding, Permit};

/// Runs code of the user's in the task's context: its future, where there is a `waker`.
#[inline]
pub(crate) fn in_task<B: Binding, R>(
    permit: &mut Permit<B>,
    task: &mut TaskRecord,
    waker: Option<&Waker>,
    work: impl FnOnce() -> R,
) -> Result<R, Box<dyn Any + Send>> {
    if task.cold.is_some() {
        return surrounded(permit, task, waker, work);
    }
    run_task(permit.binding_mut(), task, waker, work)
}

/// Where it may have a span, or carry something. Apart, as its tests would cost the others more than this call costs it.
#[inline(never)]
fn surrounded<B: Binding, R>(
    permit: &mut Permit<B>,
    task: &mut TaskRecord,
    waker: Option<&Waker>,
    work: impl FnOnce() -> R,
) -> Result<R, Box<dyn Any + Send>> {
    let cold = task.cold();
    let (span, mut carriers) = (mem::take(&mut cold.span), mem::take(&mut cold.carriers));
    let whose = Some((permit.site(), permit.core().name()));
    let result = run_task(permit.binding_mut(), task, waker, || {
        let _entered = span.enter();
        carriers.around(whose, work)
    });
    let cold = task.cold();
    (cold.span, cold.carriers) = (span, carriers);
    result
}

/// Runs a part of a task that is not its future: a blocking thread's work, a group's child.
pub(crate) fn in_place<R>(
    span: &TaskSpan,
    carriers: &mut Carriers,
    current: &mut Current,
    work: impl FnOnce() -> R,
) -> Result<R, Box<dyn Any + Send>> {
    let whose = current.whose();
    run_as(current, || {
        let _entered = span.enter();
        carriers.around(whose, work)
    })
}
