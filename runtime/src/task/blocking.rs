//! Calls that run on a thread of the blocking pool, which cannot be stopped.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::handover::Handover;
use super::spawn;
use crate::admission::Key;
use crate::context::CountedWork;
use crate::current::{Carriers, Current, for_thread, in_place, with_task};
use crate::error::Panic;
use crate::report::{self, ErrorProbe, Facts, TaskSpan};
use crate::tracker::{Binding, Function, Outcome, Permit};
use crate::util::text::clean;
use crate::util::{Ticks, quietly};

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
    /// Resolves when the thread has ended.
    ended: JoinHandle<()>,
    binding: B,
    entry: Option<Key>,
}

type JobHandover<T, W, B> = Handover<Work<T, W, B>, Late<T>, Permit<B>>;

/// The work for a thread of the blocking pool. It is allocated where the thread finds it, because it is large, and would
/// otherwise be moved with its task.
pub struct Job<T, W, B: Binding> {
    runtime: Handle,
    binding: B,
    /// The entry of the task, if it keeps one.
    entry: Option<Key>,
    handover: Arc<JobHandover<T, W, B>>,
}

struct Work<T, W, B: Binding> {
    /// What is current in its task at the hand-over.
    current: Current,
    body: W,
    late: Late<T>,
    around: (TaskSpan, Carriers),
    binding: B,
    counted: Vec<CountedWork>,
}

impl<T, W, B: Binding> Job<T, W, B> {
    pub(super) fn new(
        runtime: Handle,
        body: W,
        (error_of, facts): (ErrorProbe<T>, Facts),
        around: (TaskSpan, Carriers),
        (binding, entry): (B, Option<Key>),
        counted: Vec<CountedWork>,
    ) -> Self {
        let (of_thread, late) = (binding.clone(), Late { done: None, error_of, facts });
        let work = Work { current: Current::default(), body, late, around, binding: of_thread, counted };
        Self { runtime, binding, entry, handover: Arc::new(Handover::new(work)) }
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
        let Self { runtime, binding, entry, handover } = self;
        binding.function().timeouts().have_threads();
        handover.prepare(|work| work.current = for_thread());
        let of_thread = Arc::clone(&handover);
        let ended = spawn::spawn_blocking(&runtime, binding.site(), move || work_for(&of_thread));
        Thread { handover, ended, binding, entry }
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
        let Some(done) = thread.handover.receive().and_then(|mut late| late.done.take()) else {
            return Poll::Pending;
        };
        self.thread = None;
        match done {
            Ok(value) => Poll::Ready(value),
            Err(payload) => resume_unwind(payload),
        }
    }
}

impl<T, W, B: Binding, H> Drop for Blocking<T, W, B, H> {
    fn drop(&mut self) {
        // A job that the pool has not begun must not begin, and its place is free.
        if let Some(thread) = self.thread.take().filter(|thread| thread.handover.let_go()) {
            thread.outlives_its_task();
        }
    }
}

impl<T, W, B: Binding> Thread<T, W, B> {
    /// The task ends, and the thread cannot be stopped: it keeps the place until it has ended. The task has nothing but its
    /// place as long as it is as plain as most; now it gets an entry, which the two share.
    #[cold]
    fn outlives_its_task(self) {
        let Self { handover, binding, entry, .. } = self;
        let since = with_task(|task| task.since(binding.site())).unwrap_or(Ticks::NONE);
        let (permit, key) = Permit::of_thread(binding, entry, since);
        with_task(|task| {
            let cold = task.cold();
            cold.thread_runs_on = true;
            if entry.is_none() {
                cold.listed = Some(key);
            }
        });
        handover.leave(permit);
    }
}

/// The end of a thread: what it holds of its task's place is given back last, so that nothing of the task is left when a
/// drain returns.
struct Ends<'a, T, W, B: Binding>(&'a JobHandover<T, W, B>);

impl<T, W, B: Binding> Drop for Ends<'_, T, W, B> {
    fn drop(&mut self) {
        drop(self.0.end());
    }
}

/// Runs the job on the thread.
fn work_for<T, W: FnOnce() -> T, B: Binding>(handover: &JobHandover<T, W, B>) {
    // Its request's work has ended after that: it is dropped last.
    let Some(Work { counted: _counted, mut current, binding, around, mut late, body }) = handover.begin() else {
        return;
    };
    let _ends = Ends(handover);
    let (mut span, mut carriers) = around;
    let task_name = Some((binding.site(), binding.core().shown_name()));
    late.done = Some(carriers.around(task_name, || in_place(&mut span, &mut current, body)));
    // If the task was dropped, the result is reported here.
    drop(handover.give(late));
    if let Some(message) = quietly(|| drop(current)) {
        let facts = Facts::new(binding.site(), binding.core(), None);
        report::panicked(&facts, &format_args!("while its context was dropped: {}", clean(message)));
    }
    drop((carriers, span));
}
