//! What loops and workers share: their start, and the runs that do not end them.

use std::any::TypeId;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::call::Call;
use super::handle::TaskHandle;
use crate::admission::Kind;
use crate::current::{ColdState, Timing, with_task};
use crate::error::Rejected;
use crate::report::{self, ErrorProbe, Facts};
use crate::tracker::{Binding, Claim, Outcome, TaskSite, TrackerRef};
use crate::util::quietly;

impl<B: Binding> Call<(), B> {
    #[track_caller]
    pub(super) fn start<F>(
        mut self,
        instance: TypeId,
        counted: Counted,
        error_of: ErrorProbe<F::Output>,
        work: F,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.kind = Kind::Worker;
        let claim = self.once.then(|| Claim::new(&self.binding.tracker(), (self.binding.site(), instance)));
        if let Some(None) = claim {
            return self.refuse(Rejected::AlreadyStarted);
        }
        match self.runtime().and_then(|runtime| Ok((runtime, self.admit()?))) {
            Ok((runtime, admitted)) => {
                let uncounted = counted == Counted::ByItsRuns;
                let cold = ColdState::of_loop(claim.flatten(), uncounted);
                let work = CountedLoop::new(self.binding.site(), counted != Counted::Itself, work);
                self.launch(&runtime, admitted, Timing::Never, cold, error_of, |_, _| work)
            }
            Err(rejected) => self.refuse(rejected),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Itself,
    /// Its last run is its end, too.
    WithItsRuns,
    ByItsRuns,
}

pin_project_lite::pin_project! {
    /// What is there between two runs as well, for [`Counts::loops`](crate::Counts::loops).
    struct CountedLoop<F> {
        #[pin]
        work: F,
        site: Option<&'static TaskSite>,
    }

    impl<F> PinnedDrop for CountedLoop<F> {
        fn drop(this: Pin<&mut Self>) {
            if let Some(site) = this.site {
                site.uncount_loop();
            }
        }
    }
}

impl<F> CountedLoop<F> {
    fn new(site: &'static TaskSite, counted: bool, work: F) -> Self {
        if counted {
            site.count_loop();
        }
        Self { work, site: counted.then_some(site) }
    }
}

impl<F: Future> Future for CountedLoop<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<F::Output> {
        self.project().work.poll(cx)
    }
}

pub(super) fn between_runs(it_is: bool) {
    with_task(|task| task.cold().between_runs = it_is);
}

/// Makes the next run's future: the clones that it works on are the user's code, and may panic as the run itself may.
pub(super) fn made<F>(next: &mut impl FnMut() -> Option<F>) -> Result<Option<F>, Box<str>> {
    let mut made = None;
    match quietly(|| made = next()) {
        None => Ok(made),
        Some(message) => Err(message),
    }
}

pin_project_lite::pin_project! {
    /// A copy of the user's, whose destructor may panic. Several go at once where the task is dropped, and two panics at
    /// once would end the process.
    pub(super) struct Contained<T> {
        #[pin]
        pub(super) content: Option<T>,
        what: &'static str,
        of: FailedRun,
    }

    impl<T> PinnedDrop for Contained<T> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(message) = quietly(|| this.content.set(None)) {
                this.of.while_dropped(this.what, &message);
            }
        }
    }
}

impl<T> Contained<T> {
    pub(super) fn new(content: T, what: &'static str, site: &'static TaskSite, tracker: &TrackerRef) -> Self {
        Self { content: Some(content), what, of: FailedRun::of(site, tracker) }
    }

    pub(super) fn get(&mut self) -> Option<&mut T> {
        self.content.as_mut()
    }
}

/// A run that has ended badly, and does not end its loop.
pub(super) struct FailedRun {
    site: &'static TaskSite,
    tracker: TrackerRef,
    pub(super) elapsed: Duration,
}

impl FailedRun {
    pub(super) fn of(site: &'static TaskSite, tracker: &TrackerRef) -> Self {
        Self { site, tracker: tracker.clone(), elapsed: Duration::ZERO }
    }

    pub(super) fn after(site: &'static TaskSite, tracker: &TrackerRef, began: Instant) -> Self {
        Self { elapsed: began.elapsed(), ..Self::of(site, tracker) }
    }

    fn facts(&self) -> Facts {
        Facts::new(self.site, self.tracker.core(), None).after(self.elapsed)
    }

    pub(super) fn report(&self, outcome: Outcome, cause: &dyn fmt::Display) {
        self.site.count(outcome);
        report::send(outcome, &self.facts(), cause);
    }

    pub(super) fn before_it_began(&self, message: &str) {
        self.report(Outcome::Panicked, &format_args!("before its run began: {message}"));
    }

    /// Changes no outcome.
    pub(super) fn while_dropped(&self, what: &str, message: &str) {
        report::send(Outcome::Panicked, &self.facts(), &format_args!("while its {what} was dropped: {message}"));
    }
}
