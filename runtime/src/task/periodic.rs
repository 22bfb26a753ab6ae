//! A loop of bounded runs.
//!
//! A loop is a task that starts its runs, and waits for them. Each run is a separate call in the loop's place. So a run has
//! its timeout, counters and reports like any other call, and goes on within its timeout when the loop is cancelled.

use std::any::TypeId;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::thread::panicking;

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep_until};

use super::call::{Call, given};
use super::handle::TaskHandle;
use super::large::Boxed;
use super::looping::{FailedRun, Run as SeenRun, Start, made};
use super::now::{LoopEnd, LoopRequests, RunEnd, reachable};
use super::rhythm::Rhythm;
use super::state::AtOnce;
use super::unfinished::Reason;
use crate::admission::{Admitted, Kind};
use crate::context::Context;
use crate::current::Timing;
use crate::error::{CancelCause, Rejected};
use crate::report::ErrorProbe;
use crate::tracker::{Binding, Outcome};

impl<B: Binding> Call<(), B> {
    /// Starts a loop of bounded runs. `run` returns `None` when its service was dropped. `begin` calls [`Run::begin`], at
    /// the function's line; only there must the run be `Send`.
    #[track_caller]
    pub fn periodic<F, R, S>(
        self,
        rhythm: Rhythm,
        mut run: R,
        error_of: ErrorProbe<F::Output>,
        begin: S,
    ) -> TaskHandle<()>
    where
        F: Future + 'static,
        F::Output: Send + 'static,
        R: FnMut() -> Option<F> + Send + 'static,
        S: Fn(Run<F, B>) -> TaskHandle<F::Output> + Send + 'static,
    {
        if rhythm.every.is_zero() {
            return self.refuse(Rejected::ZeroPeriod);
        }
        let binding = self.binding.clone();
        let (site, tracker) = (binding.site(), binding.tracker());
        let record = tracker.core().loop_record(site);
        let carries = self.carries;
        let requests = Arc::new(LoopRequests::new());
        let reached_by = Some(reachable(&requests));
        let rings = LoopEnd(requests);
        let work = async move {
            let context = Context::current();
            let wait = pin!(context.cancelled());
            let mut cancelled = Cancelled { context: &context, wait, is_polled: false };
            let mut due = rhythm.start();
            record.repeats(rhythm.every, due.at());
            let mut timer = pin!(sleep_until(due.at()));
            loop {
                let next = poll_fn(|cx| match timer.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(Next::Due),
                    Poll::Pending if rings.0.is_asked(cx.waker()) => Poll::Ready(Next::Asked),
                    Poll::Pending => Poll::Pending,
                });
                let Some(next) = cancelled.unless(next).await else { return };
                let at = Instant::now();
                let next = match next {
                    Next::Asked => None,
                    Next::Due => {
                        due.begins(at);
                        Some(due.at())
                    }
                };
                let seen = SeenRun::begin_at(&record, at, next);
                let under_way = match made(&mut run) {
                    Ok(None) => return,
                    Ok(Some(work)) => {
                        // The loop's carriers are entered here.
                        let mut call = Call::new(|_| binding.clone()).into_loop().carry(carries.listed);
                        call.capture();
                        call.kind = Kind::Run;
                        // Refused only if the loop is about to be cancelled.
                        let Ok(runtime) = call.runtime() else { return };
                        let admitted = match tracker.core().admission().try_enter_loop() {
                            Some(admitted) => admitted,
                            None => match call.admit() {
                                Ok(admitted) => admitted,
                                Err(_) => return,
                            },
                        };
                        let call = call.with_hook(rings.run());
                        let run = begin(Run { call, runtime, admitted, error_of, work });
                        Some(AbortWithLoop { run: Some(run), of: &context })
                    }
                    Err(message) => {
                        let tells = rings.run();
                        site.count_started();
                        FailedRun::of(site, &tracker).before_it_began(&message);
                        tells.failed(Reason::Panicked(message.into()));
                        None
                    }
                };
                let outcome = match under_way {
                    None => Outcome::Panicked,
                    Some(mut run) => {
                        let Some(outcome) = cancelled.unless(run.ended()).await else {
                            seen.let_go();
                            run.let_go();
                            return;
                        };
                        outcome
                    }
                };
                let ended = Instant::now();
                due.ended(ended);
                seen.end(outcome, ended, due.at());
                timer.as_mut().reset(due.at());
            }
        };
        let start = Start { uncounted: true, reached_by, ..Start::listed(TypeId::of::<F>()) };
        self.start_loop(start, |()| None, work)
    }
}

/// Why a run begins.
enum Next {
    Due,
    Asked,
}

/// A run that may begin.
pub struct Run<F: Future, B: Binding> {
    call: Call<RunEnd, B>,
    runtime: Handle,
    admitted: Admitted,
    error_of: ErrorProbe<F::Output>,
    work: Pin<Box<F>>,
}

impl<F: Future, B: Binding> Run<F, B> {
    /// Begins the run. The bounds are here and not on the `impl`, where a run that is not `Send` would be a missing method.
    #[track_caller]
    pub fn begin(self) -> TaskHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let Self { call, runtime, admitted, error_of, work } = self;
        let work: Boxed<F::Output> = work;
        // As of a plain call, its task is made where it stays.
        if call.is_plain() && admitted.is_in_loop_at_once() {
            return call.spawn_at_once(&runtime, work, given(error_of), AtOnce::Run);
        }
        call.launch(&runtime, admitted, Timing::Run, None, given(error_of), |_, _| work)
    }
}

/// A run that is aborted together with its loop.
struct AbortWithLoop<'a, T> {
    run: Option<TaskHandle<T>>,
    of: &'a Context,
}

impl<T> AbortWithLoop<'_, T> {
    async fn ended(&mut self) -> Outcome {
        match &mut self.run {
            Some(run) => {
                let outcome = run.ended().await;
                self.run = None;
                outcome
            }
            None => Outcome::Lost,
        }
    }

    fn let_go(&mut self) {
        self.run = None;
    }
}

impl<T> Drop for AbortWithLoop<'_, T> {
    fn drop(&mut self) {
        // A loop that is lost with its runtime is not cancelled, and its run is lost as well.
        if let Some(run) = self.run.as_ref().filter(|_| self.of.is_cancelled() || panicking()) {
            run.abort(CancelCause::Disconnected);
        }
    }
}

/// The loop's own cancellation.
struct Cancelled<'a, W> {
    context: &'a Context,
    wait: Pin<&'a mut W>,
    /// `wait` has been polled, so it wakes the loop's task. A task has one waker, so one poll is enough.
    is_polled: bool,
}

impl<W: Future<Output = CancelCause>> Cancelled<'_, W> {
    fn is_ready(&mut self, cx: &mut std::task::Context<'_>) -> bool {
        if self.is_polled && !self.context.is_cancelled() {
            return false;
        }
        self.is_polled = true;
        self.wait.as_mut().poll(cx).is_ready()
    }

    /// The result of `work`, unless the loop is cancelled first.
    async fn unless<R: Future>(&mut self, work: R) -> Option<R::Output> {
        let mut work = pin!(work);
        // The loop has looked in this poll of its task, and is woken if it is cancelled now.
        let mut has_looked = self.is_polled;
        poll_fn(|cx| {
            if !mem::take(&mut has_looked) && self.is_ready(cx) {
                return Poll::Ready(None);
            }
            work.as_mut().poll(cx).map(Some)
        })
        .await
    }
}
