//! The future of a task: the user's body, with outlive's code around every poll and around its drop.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::try_id;

use super::end::End;
use super::join_output::JoinOutput;
use super::state::{Next, TaskState};
use super::unfinished::Hook;
use crate::admission::Signals;
use crate::current::Stage;
use crate::error::Panic;
use crate::report::{self, ProbeSource};
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

    /// Polls it again inside its carriers. Polling the body in a second place in the code would cost every other task more
    /// than this.
    #[cold]
    #[inline(never)]
    fn poll_carrying(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<JoinOutput<F::Output>> {
        let (mut carriers, task_name) = self.as_mut().project().state.carriers();
        let polled = carriers.around(task_name, || self.as_mut().poll(cx));
        self.project().state.put(carriers);
        polled
    }
}

impl<F: Future<Output: 'static>, U: Hook, B: Binding, P: ProbeSource<F::Output>> Future for TaskFuture<F, U, B, P> {
    type Output = JoinOutput<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.state.record.carries() {
            return self.poll_carrying(cx);
        }
        let mut this = self.project();
        let (state, error_of) = (this.state, *this.error_of);
        if state.record.stage == Stage::Done {
            return Poll::Pending;
        }
        if state.record.stage == Stage::Queued {
            match state.turn(cx.waker()) {
                Next::Wait => return Poll::Pending,
                Next::PollAgain => {}
                Next::Drop(end) => return Poll::Ready(state.end(this.body, end, error_of())),
            }
        }
        if state.record.stage == Stage::Ready {
            // It was ended before its first poll, so its body must not be polled.
            if let Some(signals) = state.signals() {
                if let Next::Drop(end) = state.step(Some(signals), cx) {
                    return Poll::Ready(state.end(this.body, end, error_of()));
                }
            }
        }
        if report::durations_are_taken() {
            state.first_poll();
        }
        loop {
            // The body is polled first: if it is done at its deadline, it is done.
            let mut broken = None;
            let waker = cx.waker();
            let polled = state.run(Some(waker), || {
                let polled = match this.body.as_mut().as_pin_mut() {
                    Some(body) => body.poll(cx),
                    None => Poll::Pending,
                };
                if polled.is_ready() {
                    broken = quietly(|| this.body.set(None));
                }
                polled
            });
            match polled {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(value)) => {
                    if let Some(message) = broken {
                        state.report_destructor("future", state.since(), &message);
                    }
                    return Poll::Ready(state.finish(this.body, value, error_of));
                }
                Err(payload) => {
                    return Poll::Ready(state.end(this.body, End::Panicked(Panic::new(payload)), error_of()));
                }
            }
            if state.record.is_shielded() && state.permit.key().is_none() {
                if let Some(id) = try_id() {
                    state.permit.core().admission().park_shielded(id, cx.waker());
                }
            }
            let signals = if state.record.stage == Stage::Ready {
                let Ok(signals) = state.park(cx.waker()) else {
                    let error = "the runtime has no time driver, so no timeout can be kept: \
                                 call `enable_time()` or `enable_all()` on its Builder";
                    return Poll::Ready(state.end(this.body, End::Panicked(Panic::new(Box::new(error))), error_of()));
                };
                // An expiry after this check also wakes the task.
                if signals.as_ref().is_none_or(Signals::is_quiet) && state.record.cold_state().is_none() {
                    return Poll::Pending;
                }
                signals
            } else {
                state.signals()
            };
            match state.step(signals, cx) {
                Next::Wait => return Poll::Pending,
                Next::PollAgain => {}
                Next::Drop(end) => return Poll::Ready(state.end(this.body, end, error_of())),
            }
        }
    }
}
