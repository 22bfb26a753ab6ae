//! The future of a task: the user's body, with outlive's code around every poll and around its drop.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::try_id;

use super::body::{AnyBody, Body};
use super::call::given;
use super::end::End;
use super::join_output::JoinOutput;
use super::state::{Next, TaskState};
use super::unfinished::Hook;
use crate::admission::Signals;
use crate::current::Stage;
use crate::error::Panic;
use crate::report::{self, ErrorProbe, ProbeSource};
use crate::tracker::Binding;
use crate::util::quietly;

pin_project_lite::pin_project! {
    pub(super) struct TaskFuture<F, U, B, P>
    where
        F: Future<Output: 'static>,
        U: Hook,
        B: Binding,
        P: ProbeSource<F::Output>,
    {
        #[pin]
        body: Option<F>,
        state: TaskState<U, B>,
        error_of: P,
    }

    impl<F, U, B, P> PinnedDrop for TaskFuture<F, U, B, P>
    where
        F: Future<Output: 'static>,
        U: Hook,
        B: Binding,
        P: ProbeSource<F::Output>,
    {
        /// If it is not done, it was aborted, or its runtime shuts down.
        fn drop(this: Pin<&mut Self>) {
            if this.state.record.stage != Stage::Done {
                this.lose();
            }
        }
    }
}

impl<F: Future<Output: 'static>, U: Hook, B: Binding, P: ProbeSource<F::Output>> TaskFuture<F, U, B, P> {
    pub(super) fn new(body: F, state: TaskState<U, B>, error_of: P) -> Self {
        Self { body: Some(body), state, error_of }
    }

    #[cold]
    #[inline(never)]
    fn lose(self: Pin<&mut Self>) {
        let this = self.project();
        // Nobody reads this output; the handle gets its cause from the tracker.
        let site = this.state.site();
        drop(this.state.lose(this.body, (this.error_of)()).failed(site));
    }
}

/// How a body and its state are put together. Most tasks are given where their probe comes from, which is kept beside the two.
pub(super) trait Together<F: Future, U: Hook, B: Binding>: Copy {
    type Task: Future<Output = JoinOutput<F::Output>> + Send + 'static;

    fn together(self, body: F, state: TaskState<U, B>) -> Self::Task;
}

impl<F, U, B, P> Together<F, U, B> for P
where
    F: Future<Output: Send + 'static> + Send + 'static,
    U: Hook,
    B: Binding,
    P: ProbeSource<F::Output>,
{
    type Task = TaskFuture<F, U, B, P>;

    #[inline(always)]
    fn together(self, body: F, state: TaskState<U, B>) -> Self::Task {
        TaskFuture::new(body, state, self)
    }
}

/// A task for code that does not depend on its body's type.
trait AnyTask<U, B: Binding>: Future {
    fn state(self: Pin<&mut Self>) -> &mut TaskState<U, B>;
}

impl<F, U, B, P> AnyTask<U, B> for TaskFuture<F, U, B, P>
where
    F: Future<Output: 'static>,
    U: Hook,
    B: Binding,
    P: ProbeSource<F::Output>,
{
    fn state(self: Pin<&mut Self>) -> &mut TaskState<U, B> {
        self.project().state
    }
}

/// Polls a task inside its carriers. There it has none, so that is the task's only poll, which is not compiled once more.
#[cold]
#[inline(never)]
fn poll_inside<U: Hook, B: Binding, T>(
    mut task: Pin<&mut (dyn AnyTask<U, B, Output = T> + '_)>,
    cx: &mut Context<'_>,
) -> Poll<T> {
    let (mut carriers, task_name) = task.as_mut().state().carriers();
    let polled = carriers.around(task_name, || task.as_mut().poll(cx));
    task.state().put(carriers);
    polled
}

impl<F: Future<Output: 'static>, U: Hook, B: Binding, P: ProbeSource<F::Output>> Future for TaskFuture<F, U, B, P> {
    type Output = JoinOutput<F::Output>;

    // No hint to inline it: that would be a copy for the vtable in `poll_inside`.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.as_mut().project();
        if this.state.record.carries() {
            return poll_inside(self, cx);
        }
        // A debug build compiles the poll once for all bodies with the same output, and calls each through its vtable: of a
        // program with many functions it would otherwise be most of what is built.
        if cfg!(debug_assertions) {
            return this.state.poll_any(this.body, (this.error_of)(), cx);
        }
        this.state.poll(this.body, *this.error_of, cx)
    }
}

impl<U: Hook, B: Binding> TaskState<U, B> {
    /// The poll of a task whose carriers are entered first.
    #[cold]
    pub(super) fn poll_inside<T: 'static>(
        &mut self,
        body: AnyBody<'_, T>,
        error_of: ErrorProbe<T>,
        cx: &mut Context<'_>,
    ) -> Poll<JoinOutput<T>> {
        let (mut carriers, task_name) = self.carriers();
        let polled = carriers.around(task_name, || self.poll_any(body, error_of, cx));
        self.put(carriers);
        polled
    }

    #[inline(never)]
    pub(super) fn poll_any<T: 'static>(
        &mut self,
        mut body: AnyBody<'_, T>,
        error_of: ErrorProbe<T>,
        cx: &mut Context<'_>,
    ) -> Poll<JoinOutput<T>> {
        self.poll(Pin::new(&mut body), given(error_of), cx)
    }

    #[inline]
    pub(super) fn poll<F: Body>(
        &mut self,
        mut body: Pin<&mut F>,
        error_of: impl ProbeSource<F::Output>,
        cx: &mut Context<'_>,
    ) -> Poll<JoinOutput<F::Output>> {
        if self.record.stage == Stage::Done {
            return Poll::Pending;
        }
        // One end for all that is not a value: its code is there once for each function.
        let end = 'end: {
            if self.needs_a_look() {
                match self.before_poll(cx) {
                    Next::Wait => return Poll::Pending,
                    Next::PollAgain => {}
                    Next::Drop(end) => break 'end end,
                }
            }
            loop {
                // The body is polled first: if it is done at its deadline, it is done.
                let mut broken = None;
                let waker = cx.waker();
                let polled = self.run(Some(waker), || {
                    let polled = body.as_mut().poll_body(cx);
                    if polled.is_ready() {
                        broken = quietly(|| body.as_mut().drop_body());
                    }
                    polled
                });
                match polled {
                    Ok(Poll::Pending) => {}
                    Ok(Poll::Ready(value)) => {
                        if let Some(message) = broken {
                            self.report_broken(&message);
                        }
                        match self.finish(value, error_of) {
                            Ok(output) => return Poll::Ready(output),
                            Err(value) => break 'end End::Returned(value),
                        }
                    }
                    Err(payload) => break 'end End::Panicked(Panic::new(payload)),
                }
                match self.after_pending(cx) {
                    Next::Wait => return Poll::Pending,
                    Next::PollAgain => {}
                    Next::Drop(end) => break 'end end,
                }
            }
        };
        Poll::Ready(self.end(body, end, error_of()))
    }

    /// The destructor of its future panicked.
    #[cold]
    #[inline(never)]
    fn report_broken(&self, message: &str) {
        self.report_destructor("future", self.since(), message);
    }

    /// Whether `before_poll` has anything to do.
    #[inline]
    fn needs_a_look(&self) -> bool {
        match self.record.stage {
            Stage::Queued => true,
            Stage::Ready if self.has_signals() => true,
            _ => report::durations_are_taken(),
        }
    }

    /// What comes before a poll of the body, if it is queued, signalled before its first poll, or measured.
    #[cold]
    fn before_poll<T>(&mut self, cx: &mut Context<'_>) -> Next<T> {
        if self.record.stage == Stage::Queued {
            match self.turn(cx.waker()) {
                Next::PollAgain => {}
                next => return next,
            }
        }
        if self.record.stage == Stage::Ready {
            // It was ended before its first poll, so its body must not be polled.
            if let Some(signals) = self.signals() {
                if let Next::Drop(end) = self.step(Some(signals), cx) {
                    return Next::Drop(end);
                }
            }
        }
        if report::durations_are_taken() {
            self.first_poll();
        }
        Next::PollAgain
    }

    /// What comes after a pending poll of the body: it is parked, and what has happened to it is seen.
    #[inline(never)]
    fn after_pending<T>(&mut self, cx: &mut Context<'_>) -> Next<T> {
        if self.record.is_shielded() && self.permit.key().is_none() {
            if let Some(id) = try_id() {
                self.permit.core().admission().park_shielded(id, cx.waker());
            }
        }
        let mut signals = None;
        if self.record.stage == Stage::Ready {
            if self.park(cx.waker(), &mut signals).is_err() {
                let error = "the runtime has no time driver, so no timeout can be kept: \
                             call `enable_time()` or `enable_all()` on its Builder";
                return Next::Drop(End::Panicked(Panic::new(Box::new(error))));
            }
            let is_quiet = signals.as_ref().map_or_else(|| !self.has_signals(), Signals::is_quiet);
            // An expiry after this check also wakes the task.
            if is_quiet && self.record.cold_state().is_none() {
                return Next::Wait;
            }
        }
        if signals.is_none() {
            signals = self.signals();
        }
        if signals.is_none() && self.is_quiet_worker() {
            return Next::Wait;
        }
        self.step(signals, cx)
    }
}
