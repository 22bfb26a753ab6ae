//! The common parts of loops and workers: their start, and failed runs that do not end them.

use std::any::{Any, TypeId};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use std::{fmt, mem};

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::call::{Call, given};
use super::handle::TaskHandle;
use super::large::{boxed, is_large};
use crate::admission::{Key, Kind};
use crate::current::{Extra, Timing, with_task};
use crate::error::Rejected;
use crate::report::{self, ErrorProbe, Facts, ProbeSource, TaskSpan};
use crate::tracker::{Binding, Claim, LoopRecord, Outcome, Permit, TaskSite, TrackerRef};
use crate::util::text::clean;
use crate::util::{Ticks, quietly};

/// What the task of a loop, or of a worker, is.
pub(super) struct Start {
    pub(super) instance: TypeId,
    pub(super) kind: Kind,
    /// Its runs are counted, and not it.
    pub(super) uncounted: bool,
    /// A thread does its work.
    pub(super) blocking: bool,
    pub(super) reached_by: Option<Arc<dyn Any + Send + Sync>>,
}

impl Start {
    /// A task with an entry, which it keeps.
    pub(super) fn listed(instance: TypeId) -> Self {
        Self { instance, kind: Kind::Worker, uncounted: false, blocking: false, reached_by: None }
    }

    /// A worker that is its own only run. A drain finds it among its function's pending tasks.
    pub(super) fn light(instance: TypeId) -> Self {
        Self { kind: Kind::LightWorker, ..Self::listed(instance) }
    }
}

impl<B: Binding> Call<(), B> {
    #[track_caller]
    pub(super) fn start_loop<F>(self, start: Start, error_of: ErrorProbe<F::Output>, work: F) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        if is_large::<F>() {
            let work = boxed(work);
            self.start(start, given(error_of), |_, _| move |place: Place<'_, B>| CountedLoop::new(place, work))
        } else {
            self.start(start, given(error_of), |_, _| move |place: Place<'_, B>| CountedLoop::new(place, work))
        }
    }

    /// `work` makes the future in two steps: from the call, and then from its place.
    #[cold]
    #[inline(never)]
    #[track_caller]
    pub(super) fn start<F, M>(
        mut self,
        start: Start,
        error_of: impl ProbeSource<F::Output>,
        work: impl FnOnce(&Self, &Handle) -> M,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
        M: FnOnce(Place<'_, B>) -> F,
    {
        let Start { instance, kind, uncounted, blocking, reached_by } = start;
        self.kind = kind;
        self.capture();
        let claim = self.once.then(|| Claim::new(&self.binding.tracker(), (self.binding.site(), instance)));
        if let Some(None) = claim {
            return self.refuse(Rejected::AlreadyStarted);
        }
        match self.runtime().and_then(|runtime| Ok((runtime, self.admit()?))) {
            Ok((runtime, admitted)) => {
                let mut extra = Extra::of_loop(claim.flatten(), uncounted, self.is_essential());
                if blocking {
                    extra.get_or_insert_default().cold().blocking = true;
                }
                let record = self.binding.core().loop_record(self.binding.site());
                if let Some((key, by)) = admitted.key.zip(reached_by) {
                    record.reachable(key, by);
                }
                let work = work(&self, &runtime);
                let key = admitted.key;
                let body = |permit: &_, span: Option<&_>| work(Place { record, key, permit, span });
                self.launch(&runtime, admitted, Timing::Never, extra, error_of, body)
            }
            Err(rejected) => self.refuse(rejected),
        }
    }
}

/// The place of a loop or a worker, from which its future is made.
pub(super) struct Place<'a, B: Binding> {
    pub(super) record: Arc<LoopRecord>,
    /// The key of its entry.
    pub(super) key: Option<Key>,
    pub(super) permit: &'a Permit<B>,
    pub(super) span: Option<&'a TaskSpan>,
}

pin_project_lite::pin_project! {
    /// A loop, or a worker that is restarted, with its count in [`Counts::loops`](crate::Counts::loops).
    struct CountedLoop<F> {
        #[pin]
        work: F,
        // Dropped last.
        present: LoopPresence,
    }
}

struct LoopPresence {
    record: Arc<LoopRecord>,
    /// The key of its entry.
    key: Option<Key>,
}

impl Drop for LoopPresence {
    fn drop(&mut self) {
        self.record.site().uncount_loop();
        self.record.ended(self.key);
    }
}

impl<F> CountedLoop<F> {
    fn new<B: Binding>(place: Place<'_, B>, work: F) -> Self {
        let Place { record, key, .. } = place;
        record.site().count_loop();
        record.started();
        Self { work, present: LoopPresence { record, key } }
    }
}

impl<F: Future> Future for CountedLoop<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<F::Output> {
        self.project().work.poll(cx)
    }
}

pin_project_lite::pin_project! {
    /// A worker that is its own only run.
    pub(super) struct OnlyRun<F, P> {
        #[pin]
        work: F,
        error_of: P,
        // Dropped last.
        present: RunPresence,
    }
}

/// Its run. It is small, because it is moved with the task: a run that has ended has no beginning, and no outcome to keep.
struct RunPresence {
    record: Arc<LoopRecord>,
    began: Ticks,
}

impl RunPresence {
    /// The clock is read once for the run and for its task.
    #[inline(never)]
    fn begins(&mut self) {
        let now = Instant::now();
        self.began = Ticks::of(now);
        self.record.only_run_began(now, self.began);
        with_task(|task| task.deadline = self.began);
    }

    fn ends(&mut self, outcome: Outcome) {
        let began = mem::take(&mut self.began);
        if let Some(now) = now() {
            self.record.only_run_ended(began, now, outcome);
        }
    }
}

impl Drop for RunPresence {
    fn drop(&mut self) {
        if self.began.is_set() {
            self.ends(Outcome::Cancelled);
        }
        self.record.ended(None);
    }
}

/// Its future is polled. This is only dropped if that panics.
struct Polled<'a>(&'a mut RunPresence);

impl Drop for Polled<'_> {
    fn drop(&mut self) {
        self.0.ends(Outcome::Panicked);
    }
}

impl<F: Future, P: ProbeSource<F::Output>> OnlyRun<F, P> {
    #[inline]
    pub(super) fn new(record: Arc<LoopRecord>, error_of: P, work: F) -> Self {
        record.started();
        Self { work, error_of, present: RunPresence { record, began: Ticks::NONE } }
    }
}

impl<F: Future, P: ProbeSource<F::Output>> Future for OnlyRun<F, P> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if !this.present.began.is_set() {
            this.present.begins();
        }
        let polled = Polled(this.present);
        let value = this.work.poll(cx).map(|value| {
            let is_failed = (this.error_of)()(&value).is_some();
            polled.0.ends(if is_failed { Outcome::Failed } else { Outcome::Completed });
            value
        });
        mem::forget(polled);
        value
    }
}

/// A run of a loop in its record. Dropping it records the end.
pub(super) struct Run<'a> {
    record: &'a LoopRecord,
    began: Option<Instant>,
    /// The outcome to record when this is dropped.
    pub(super) outcome: Outcome,
}

impl<'a> Run<'a> {
    /// Begins a run at a time that the caller has read. `next` is when the next one begins, if that has changed.
    pub(super) fn begin_at(record: &'a LoopRecord, began: Instant, next: Option<Instant>) -> Self {
        record.run_began(began, next);
        Self { record, began: Some(began), outcome: Outcome::Cancelled }
    }

    pub(super) fn end(mut self, outcome: Outcome, now: Instant, next: Instant) {
        if let Some(began) = self.began.take() {
            self.record.run_ended(began, now, outcome, Some(next));
        }
    }

    /// Does not record an end: the run goes on without the loop.
    pub(super) fn let_go(mut self) {
        self.began = None;
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        if let Some((began, now)) = self.began.and_then(|began| Some((began, now()?))) {
            self.record.run_ended(began, now, self.outcome, None);
        }
    }
}

/// The time. `None` on a thread that ends, where tokio's clock may be destroyed.
fn now() -> Option<Instant> {
    let mut now = None;
    quietly(|| now = Some(Instant::now()));
    now
}

/// A worker waits for its restart. While it does, it is in no drain's report.
pub(super) struct BetweenRuns<'a>(&'a LoopRecord);

impl<'a> BetweenRuns<'a> {
    pub(super) fn begin(record: &'a LoopRecord) -> Self {
        with_task(|task| task.cold().between_runs = true);
        record.waits_for_restart();
        Self(record)
    }

    /// The next run begins.
    pub(super) fn end(self) {
        drop(self);
        with_task(|task| task.cold().between_runs = false);
    }
}

impl Drop for BetweenRuns<'_> {
    fn drop(&mut self) {
        self.0.waits_no_more();
    }
}

/// Makes the next run's future. The user's `Clone`s may panic here. The future is boxed, because a run is rare and may be
/// large.
pub(super) fn made<F>(next: &mut impl FnMut() -> Option<F>) -> Result<Option<Pin<Box<F>>>, Box<str>> {
    let mut made = None;
    match quietly(|| made = next().map(Box::pin)) {
        None => Ok(made),
        Some(message) => Err(message),
    }
}

pin_project_lite::pin_project! {
    /// A user value whose destructor may panic. Several are dropped at once with the task, and two panics at once would
    /// abort the process.
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

/// A failed run that does not end its loop.
pub(super) struct FailedRun {
    site: &'static TaskSite,
    tracker: TrackerRef,
    pub(super) elapsed: Duration,
    restart_in: Option<Duration>,
}

impl FailedRun {
    pub(super) fn of(site: &'static TaskSite, tracker: &TrackerRef) -> Self {
        Self { site, tracker: tracker.clone(), elapsed: Duration::ZERO, restart_in: None }
    }

    pub(super) fn after(site: &'static TaskSite, tracker: &TrackerRef, began: Instant) -> Self {
        Self { elapsed: began.elapsed(), ..Self::of(site, tracker) }
    }

    fn facts(&self) -> Facts {
        // The runs use the span of the loop or the worker.
        let facts = Facts::new(self.site, self.tracker.core(), None).in_span(true);
        facts.after(self.elapsed).restarts_in(self.restart_in)
    }

    pub(super) fn restarts_in(self, delay: Duration) -> Self {
        Self { restart_in: Some(delay), ..self }
    }

    pub(super) fn report(&self, outcome: Outcome, cause: &dyn fmt::Display) {
        self.site.count(outcome);
        report::note(outcome, self.site, cause);
        report::send(outcome, &self.facts(), cause);
    }

    pub(super) fn before_it_began(&self, message: &str) {
        self.report(Outcome::Panicked, &format_args!("before its run began: {}", clean(message)));
    }

    /// Reports a panic of a destructor, which changes no outcome.
    pub(super) fn while_dropped(&self, what: &str, message: &str) {
        report::panicked(&self.facts(), &format_args!("while its {what} was dropped: {}", clean(message)));
    }
}
