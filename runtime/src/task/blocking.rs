//! Calls that run on a thread of the blocking pool, which cannot be stopped.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::mem;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::handover::Handover;
use super::spawn;
use crate::context::CountedWork;
use crate::current::{Carriers, Current, for_thread, in_place, with_task};
use crate::error::Panic;
use crate::report::{self, ErrorProbe, Facts, TaskSpan};
use crate::tracker::{Binding, Outcome, Permit, TaskSite};
use crate::util::quietly;
use crate::util::text::clean;

/// Hands work to the blocking pool when the task leaves the queue, and waits for it.
pub(super) struct Blocking<T, W, B: Binding, H> {
    /// The job, until it is handed over.
    job: Option<(Job<T, W, B>, H)>,
    thread: Option<Thread<T, W, B>>,
}

impl<T, W, B: Binding, H> Blocking<T, W, B, H> {
    pub(super) fn new(job: Job<T, W, B>, hand_over: H) -> Self {
        Self { job: Some((job, hand_over)), thread: None }
    }
}

/// A job that was handed to the blocking pool.
pub struct Thread<T, W, B: Binding> {
    /// The only thing that the pool holds, so that it keeps nothing of a job that has not begun when the task is dropped.
    handover: Arc<JobHandover<T, W, B>>,
    /// Resolves when the thread has ended, and has given its place back.
    ended: JoinHandle<()>,
}

type JobHandover<T, W, B> = Handover<Work<T, W, B>, Late<T>>;

/// The work for a thread of the blocking pool. It is allocated where the thread finds it, because it is large, and would
/// otherwise be moved with its task.
pub struct Job<T, W, B: Binding> {
    runtime: Handle,
    site: &'static TaskSite,
    handover: Arc<JobHandover<T, W, B>>,
}

struct Work<T, W, B: Binding> {
    /// What is current in its task at the hand-over.
    current: Current,
    body: W,
    late: Late<T>,
    around: (TaskSpan, Carriers),
    /// The thread's share of the task's place: it cannot be stopped, and counts as long as it runs.
    permit: Permit<B>,
    counted: Vec<CountedWork>,
}

impl<T, W, B: Binding> Job<T, W, B> {
    pub(super) fn new(
        runtime: Handle,
        body: W,
        (error_of, facts): (ErrorProbe<T>, Facts),
        around: (TaskSpan, Carriers),
        (permit, counted): (Permit<B>, Vec<CountedWork>),
    ) -> Self {
        let (site, late) = (permit.site(), Late { done: None, error_of, facts });
        let handover = Handover::new(Work { current: Current::default(), body, late, around, permit, counted });
        Self { runtime, site, handover: Arc::new(handover) }
    }

    /// Hands the job over, within its task. It has the bounds of `spawn_blocking` in the same place, so that a violation is
    /// one error.
    #[must_use]
    #[track_caller]
    pub fn hand_over(self) -> Thread<T, W, B>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
    {
        let Self { runtime, site, handover } = self;
        let mut current = for_thread();
        handover.prepare(|work| mem::swap(&mut work.current, &mut current));
        let of_thread = Arc::clone(&handover);
        let ended = spawn::spawn_blocking(&runtime, site, move || work_for(&of_thread));
        Thread { handover, ended }
    }
}

/// The result of the thread. If the task has ended before, a panic or an `Err` is reported when this is dropped.
struct Late<T> {
    done: Option<Result<T, Box<dyn Any + Send>>>,
    error_of: ErrorProbe<T>,
    facts: Facts,
}

impl<T> Late<T> {
    fn panicked(&self, cause: fmt::Arguments<'_>) {
        report::panicked(&self.facts, &cause);
    }
}

impl<T> Drop for Late<T> {
    fn drop(&mut self) {
        match self.done.take() {
            Some(Ok(value)) => {
                if let Some(error) = (self.error_of)(&value) {
                    report::note(Outcome::Failed, self.facts.site, &error);
                    report::send(Outcome::Failed, &self.facts, &error);
                }
                // A panic of its destructor must not meet another panic.
                if let Some(message) = quietly(|| drop(value)) {
                    self.panicked(format_args!("while its result was dropped: {}", clean(message)));
                }
            }
            Some(Err(payload)) => {
                let panic = Panic::new(payload);
                self.panicked(format_args!("after its time was over: {}", clean(panic.message())));
            }
            None => {}
        }
    }
}

impl<T, W, B: Binding, H> Unpin for Blocking<T, W, B, H> {}

impl<T, W, B, H> Future for Blocking<T, W, B, H>
where
    B: Binding,
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
    H: FnOnce(Job<T, W, B>) -> Thread<T, W, B>,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if let Some((job, hand_over)) = self.job.take() {
            self.thread = Some(hand_over(job));
        }
        let Some(thread) = &mut self.thread else {
            return Poll::Pending;
        };
        // If the runtime shuts down, it is about to drop this future as well.
        let Poll::Ready(Ok(())) = Pin::new(&mut thread.ended).poll(cx) else {
            return Poll::Pending;
        };
        match thread.handover.receive().and_then(|mut late| late.done.take()) {
            Some(Ok(value)) => Poll::Ready(value),
            Some(Err(payload)) => resume_unwind(payload),
            None => Poll::Pending,
        }
    }
}

impl<T, W, B: Binding, H> Drop for Blocking<T, W, B, H> {
    fn drop(&mut self) {
        if let Some(thread) = &self.thread {
            // A job that the pool has not begun must not begin, and its place is free.
            if thread.handover.leave() {
                with_task(|task| task.cold().thread_runs_on = true);
            }
        }
    }
}

/// Runs the job on the thread.
fn work_for<T, W: FnOnce() -> T, B: Binding>(handover: &JobHandover<T, W, B>) {
    let Some(Work { mut current, permit, counted, around, mut late, body }) = handover.begin() else { return };
    let (mut span, mut carriers) = around;
    let task_name = Some((permit.site(), permit.core().shown_name()));
    late.done = Some(carriers.around(task_name, || in_place(&mut span, &mut current, body)));
    // If the task was dropped, the result is reported here.
    drop(handover.give(late));
    // The place is given back last, so that nothing of the task is left when a drain returns.
    if let Some(message) = quietly(|| drop(current)) {
        let facts = Facts::new(permit.site(), permit.core(), None);
        report::panicked(&facts, &format_args!("while its context was dropped: {}", clean(message)));
    }
    drop((carriers, span, permit, counted));
}
