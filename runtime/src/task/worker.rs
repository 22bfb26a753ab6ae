//! Workers: tasks without a timeout, which end when they are cancelled, and their restarts. A worker with `restart` is one
//! task, whose runs are counted separately.

use std::any::TypeId;
use std::future::Future;
use std::panic::resume_unwind;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use super::attempt::attempted;
use super::blocking::{Blocking, Job, Thread};
use super::call::{Call, given};
use super::handle::TaskHandle;
use super::large::{boxed, is_large};
use super::looping::{BetweenRuns, Contained, FailedRun, OnlyRun, Place, Run, Start, made};
use super::pauses::Pauses;
use super::state::AtOnce;
use crate::context::{CancelSource, Context};
use crate::report::{ErrorProbe, ProbeSource};
use crate::tracker::{Binding, Outcome};
use crate::util::text::{self, TEXT, clean};
use crate::util::{after, quietly};

impl<B: Binding> Call<(), B> {
    /// Starts a worker: a task without a timeout, which ends when it is cancelled.
    #[track_caller]
    pub fn worker<F>(
        self,
        work: F,
        error_of: impl Fn() -> ErrorProbe<F::Output> + Copy + Send + 'static,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        if const { is_large::<F>() } {
            self.start_only_run(TypeId::of::<F>(), boxed(work), given(error_of()))
        } else {
            self.start_only_run(TypeId::of::<F>(), work, error_of)
        }
    }

    #[track_caller]
    fn start_only_run<F>(
        self,
        instance: TypeId,
        work: F,
        error_of: impl ProbeSource<F::Output>,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        // As of a plain call, its task is made where it stays, if it needs no more than a place.
        if self.is_plain() && !self.once {
            if let Ok(runtime) = Handle::try_current() {
                match self.binding.core().admission().try_acquire_uncontended() {
                    Some(Ok(())) => {
                        let record = self.binding.core().loop_record(self.binding.site());
                        let work = OnlyRun::new(record, error_of, work);
                        return self.spawn_at_once(&runtime, work, error_of, AtOnce::Worker);
                    }
                    Some(Err(refusal)) => return self.refuse(refusal.into()),
                    None => {}
                }
            }
        }
        self.start(Start::light(instance), error_of, |_, _| {
            move |place: Place<'_, B>| OnlyRun::new(place.record, error_of, work)
        })
    }

    /// Starts a worker on a blocking thread, which cannot be stopped: its context is cancelled, and the drain waits for it.
    /// `hand_over` calls [`Job::hand_over`], at the function's line.
    #[track_caller]
    pub fn worker_blocking<T, W, H>(self, work: W, error_of: ErrorProbe<T>, hand_over: H) -> TaskHandle<T>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
        H: FnOnce(Job<T, W, B>) -> Thread<T, W, B> + Send + 'static,
    {
        let start = Start { blocking: true, ..Start::listed(TypeId::of::<W>()) };
        self.start(start, given(error_of), |call, runtime| {
            let job = call.job(runtime, work, error_of);
            move |place: Place<'_, B>| {
                let thread = Blocking::new(job(place.permit, place.span), hand_over);
                OnlyRun::new(place.record, given(error_of), thread)
            }
        })
    }

    /// Starts a worker that restarts after each panic and each `Err`, after a pause that doubles from `first` to `most`,
    /// with jitter. After a run longer than `most`, the pauses begin at `first` again.
    #[track_caller]
    pub fn restarted<F, R>(
        self,
        first: Duration,
        most: Duration,
        work: R,
        error_of: ErrorProbe<F::Output>,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
        R: FnMut() -> Option<F> + Send + 'static,
    {
        let (site, tracker) = (self.binding.site(), self.binding.tracker());
        let record = tracker.core().loop_record(site);
        let mut work = Contained::new(work, "arguments", site, &tracker);
        let work = async move {
            let context = Context::current();
            let mut pauses = Pauses::new(first, most);
            loop {
                record.next_run(None);
                let began = Instant::now();
                let mut run = Run::begin_at(&record, began, None);
                let made = work.get().map_or(Ok(None), made);
                let ran = match made {
                    Ok(Some(work)) => {
                        let end = CancelSource::new();
                        match attempted(work, context.with_cancel(&end), site, &tracker).await {
                            // It is cancelled, so this was its last run, and its end is the task's.
                            Err(panic) if context.is_cancelled() => {
                                run.outcome = Outcome::Panicked;
                                resume_unwind(panic.into_payload())
                            }
                            Err(panic) => Err(clean(panic.message()).to_string()),
                            Ok(value) => Ok(value),
                        }
                    }
                    // The service was dropped: there is nothing to run, and no result.
                    Ok(None) => {
                        run.let_go();
                        let _waits = BetweenRuns::begin(&record);
                        return std::future::pending().await;
                    }
                    Err(message) => Err(format!("before its run began: {}", clean(&message))),
                };
                let mut failure = FailedRun::after(site, &tracker, began);
                if failure.elapsed > most {
                    pauses.begin_anew();
                }
                let delay = pauses.next();
                match ran {
                    Ok(value) => {
                        let error = error_of(&value);
                        run.outcome = if error.is_some() { Outcome::Failed } else { Outcome::Completed };
                        let Some(error) = error.filter(|_| !context.is_cancelled()) else {
                            return value;
                        };
                        failure = failure.restarts_in(delay);
                        failure.report(Outcome::Failed, &text::shown(&error, TEXT));
                        if let Some(message) = quietly(|| drop(value)) {
                            failure.while_dropped("result", &message);
                        }
                    }
                    Err(message) => {
                        run.outcome = Outcome::Panicked;
                        failure.restarts_in(delay).report(Outcome::Panicked, &message);
                    }
                }
                drop(run);
                record.next_run(Some(after(delay)));
                // If it is cancelled here, the task is dropped.
                let waits = BetweenRuns::begin(&record);
                sleep(delay).await;
                if tracker.core().admission().is_ending() {
                    return std::future::pending().await;
                }
                waits.end();
                site.count_started();
            }
        };
        self.start_loop(Start::listed(TypeId::of::<F>()), error_of, work)
    }
}
