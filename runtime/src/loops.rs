//! Tasks that end when they are told: loops that start runs, workers, and what restarts a worker.
//!
//! A loop is a task that only starts others and waits for them, each a call of its own, in the loop's place: so a run
//! has its timeout, its counters and its reports like any other call, and goes on within its timeout when the loop has
//! been told to end. What restarts a worker is the worker: one task, whose runs are counted one by one.

use std::any::TypeId;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use crate::call::Call;
use crate::context::InScope;
use crate::error::quietly;
use crate::flight::Verdict;
use crate::report::{self, Facts, Outcome};
use crate::roster::Kind;
use crate::task::{Limit, More};
use crate::tracker::{Claim, Home, Place};
use crate::{CancelCause, CancelSource, Context, Panic, Rejected, TaskHandle, TaskSite, ambient};

/// What a loop does about the runs that it has missed. As in tokio's intervals, the first of them begins at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missed {
    /// Leaves the others out, and goes on at the next multiple of the period.
    Skip,
    /// Leaves the others out, and counts the period from there.
    Delay,
    /// Makes up for them, without a pause.
    Burst,
}

impl From<Missed> for MissedTickBehavior {
    fn from(missed: Missed) -> Self {
        match missed {
            Missed::Skip => Self::Skip,
            Missed::Delay => Self::Delay,
            Missed::Burst => Self::Burst,
        }
    }
}

impl<P: Place> Call<(), P> {
    /// Starts a loop of bounded runs. `run` gives `None` when the service that it is about has gone.
    pub fn periodic<F, R>(
        self,
        every: Duration,
        missed: Missed,
        immediate: bool,
        mut run: R,
        verdict: Verdict<F::Output>,
    ) -> TaskHandle<()>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
        R: FnMut() -> Option<F> + Send + 'static,
    {
        let place = self.place.clone();
        let (site, home) = (place.site(), place.home());
        self.start(TypeId::of::<F>(), Counted::ByItsRuns, |()| None, async move {
            let context = Context::current();
            let mut told = pin!(context.cancelled());
            let first = if immediate { Instant::now() } else { crate::context::after(every) };
            let mut ticks = interval_at(first, every);
            ticks.set_missed_tick_behavior(missed.into());
            while unless(told.as_mut(), ticks.tick()).await.is_some() {
                let work = match made(&mut run) {
                    Ok(Some(work)) => work,
                    Ok(None) => return,
                    Err(message) => {
                        site.count_started();
                        Failure::of(site, &home).before_it_began(&message);
                        continue;
                    }
                };
                let mut call = Call::new(|_| place.clone()).into_loop();
                call.kind = Kind::Run;
                // Refused only where the loop is about to be told.
                let Ok((runtime, admitted)) = call.runtime().and_then(|runtime| Ok((runtime, call.admit()?))) else {
                    return;
                };
                let run = call.launch(&runtime, admitted, Limit::Run, None, verdict, |_, _| work);
                let mut run = Tied(Some(run));
                if unless(told.as_mut(), run.ended()).await.is_none() {
                    run.let_go();
                    return;
                }
            }
        })
    }

    /// Starts a task that has no timeout, and ends when it is told.
    pub fn worker<F>(self, work: F, verdict: Verdict<F::Output>) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.start(TypeId::of::<F>(), Counted::Itself, verdict, work)
    }

    /// Starts a worker anew after each panic and each `Err`, with a delay that doubles from `first` to `most`, with jitter
    /// in between. One that has run for longer than `most` begins with `first` again.
    pub fn restarted<F, R>(
        self,
        first: Duration,
        most: Duration,
        work: R,
        verdict: Verdict<F::Output>,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
        R: FnMut() -> Option<F> + Send + 'static,
    {
        let (site, home) = (self.place.site(), self.place.home());
        let mut work = Contained::new(work, "arguments", site, &home);
        // The jitter adds up to as much again: halved, the delay stays between the two.
        let delays = ExponentialBuilder::new().with_min_delay(first.saturating_mul(2)).with_max_delay(most);
        let delays = delays.with_jitter();
        let delays = delays.without_max_times();
        self.start(TypeId::of::<F>(), Counted::WithItsRuns, verdict, async move {
            let context = Context::current();
            let mut backoff = delays.build();
            loop {
                let began = Instant::now();
                let made = work.get().map_or(Ok(None), made);
                let ran = match made {
                    Ok(Some(work)) => match attempted(work, &context, site, &home).await {
                        // Told, this was its last: its end is the task's.
                        Err(panic) if context.is_cancelled() => resume_unwind(panic.into_payload()),
                        Err(panic) => Err(format!("panicked: {}", panic.message())),
                        Ok(value) => Ok(value),
                    },
                    // The service has gone: nothing is left to run, and no value to give.
                    Ok(None) => {
                        between_runs(true);
                        return std::future::pending().await;
                    }
                    Err(message) => Err(format!("before its run began: {message}")),
                };
                let failure = Failure::after(site, &home, began);
                if failure.elapsed > most {
                    backoff = delays.build();
                }
                let delay = (backoff.next().unwrap_or(most) / 2).min(most).max(first);
                let anew = |cause: &str| format!("{cause}; it begins anew in {delay:?}");
                match ran {
                    Ok(value) => {
                        let Some(fault) = verdict(&value).filter(|_| !context.is_cancelled()) else {
                            return value;
                        };
                        failure.report(Outcome::Failed, &anew(&report::shown(&fault)));
                        if let Some(message) = quietly(|| drop(value)) {
                            failure.while_dropped("result", &message);
                        }
                    }
                    Err(message) => failure.report(Outcome::Panicked, &anew(&message)),
                }
                // Told in here, the task is dropped.
                between_runs(true);
                sleep(delay).await;
                if home.station().roster().tells() {
                    return std::future::pending().await;
                }
                between_runs(false);
                site.count_started();
            }
        })
    }

    fn start<F>(
        mut self,
        instance: TypeId,
        counted: Counted,
        verdict: Verdict<F::Output>,
        work: F,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.kind = Kind::Worker;
        let claim = self.once.then(|| Claim::new(&self.place.home(), (self.place.site(), instance)));
        if let Some(None) = claim {
            return self.refuse(Rejected::AlreadyStarted);
        }
        match self.runtime().and_then(|runtime| Ok((runtime, self.admit()?))) {
            Ok((runtime, admitted)) => {
                let uncounted = counted == Counted::ByItsRuns;
                let more = More::of_loop(claim.flatten(), uncounted);
                let work = Standing::new(self.place.site(), counted != Counted::Itself, work);
                self.launch(&runtime, admitted, Limit::Never, more, verdict, |_, _| work)
            }
            Err(rejected) => self.refuse(rejected),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    Itself,
    /// Its last run is its end, too.
    WithItsRuns,
    ByItsRuns,
}

pin_project_lite::pin_project! {
    /// What is there between two runs as well, for [`Counts::loops`](crate::Counts::loops).
    struct Standing<F> {
        #[pin]
        work: F,
        site: Option<&'static TaskSite>,
    }

    impl<F> PinnedDrop for Standing<F> {
        fn drop(this: Pin<&mut Self>) {
            if let Some(site) = this.site {
                site.uncount_loop();
            }
        }
    }
}

impl<F> Standing<F> {
    fn new(site: &'static TaskSite, counted: bool, work: F) -> Self {
        if counted {
            site.count_loop();
        }
        Self { work, site: counted.then_some(site) }
    }
}

impl<F: Future> Future for Standing<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<F::Output> {
        self.project().work.poll(cx)
    }
}

fn between_runs(it_is: bool) {
    ambient::with_task(|task| task.more().between_runs = it_is);
}

/// A run that ends with its loop where that is aborted.
struct Tied<T>(Option<TaskHandle<T>>);

impl<T> Tied<T> {
    async fn ended(&mut self) {
        if let Some(run) = &mut self.0 {
            run.ended().await;
        }
    }

    fn let_go(&mut self) {
        self.0 = None;
    }
}

impl<T> Drop for Tied<T> {
    fn drop(&mut self) {
        if let Some(run) = &self.0 {
            run.abort(CancelCause::Disconnected);
        }
    }
}

/// Makes the next run's future: the clones that it works on are the user's code, and may panic as the run itself may.
fn made<F>(next: &mut impl FnMut() -> Option<F>) -> Result<Option<F>, Box<str>> {
    let mut made = None;
    match quietly(|| made = next()) {
        None => Ok(made),
        Some(message) => Err(message),
    }
}

/// Runs a worker once, in a context of this run's own: what waits for that is told when the run has ended.
async fn attempted<F: Future>(
    work: F,
    context: &Context,
    site: &'static TaskSite,
    home: &Home,
) -> Result<F::Output, Panic> {
    ambient::with_task(|task| task.more().shields = 0);
    let end = CancelSource::new();
    let run = InScope::new(work, context.with_cancel(&end));
    let mut run = pin!(Contained::new(run, "future", site, home));
    poll_fn(|cx| match run.as_mut().project().content.as_pin_mut() {
        Some(run) => match catch_unwind(AssertUnwindSafe(|| run.poll(cx))) {
            Ok(polled) => polled.map(Ok),
            Err(payload) => Poll::Ready(Err(Panic::new(payload))),
        },
        None => Poll::Pending,
    })
    .await
}

pin_project_lite::pin_project! {
    /// A copy of the user's, whose destructor may panic. Several go at once where the task is dropped, and two panics at
    /// once would end the process.
    struct Contained<T> {
        #[pin]
        content: Option<T>,
        what: &'static str,
        of: Failure,
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
    fn new(content: T, what: &'static str, site: &'static TaskSite, home: &Home) -> Self {
        Self { content: Some(content), what, of: Failure::of(site, home) }
    }

    fn get(&mut self) -> Option<&mut T> {
        self.content.as_mut()
    }
}

/// A run that has ended badly, and does not end its loop.
struct Failure {
    site: &'static TaskSite,
    tracker: &'static str,
    elapsed: Duration,
}

impl Failure {
    fn of(site: &'static TaskSite, home: &Home) -> Self {
        Self { site, tracker: home.station().name(), elapsed: Duration::ZERO }
    }

    fn after(site: &'static TaskSite, home: &Home, began: Instant) -> Self {
        Self { elapsed: began.elapsed(), ..Self::of(site, home) }
    }

    fn facts(&self) -> Facts {
        let Self { site, tracker, elapsed } = *self;
        Facts { site, tracker, values: None, elapsed, queue_delay: Duration::ZERO }
    }

    fn report(&self, outcome: Outcome, cause: &dyn fmt::Display) {
        self.site.count(outcome);
        report::send(outcome, &self.facts(), cause);
    }

    fn before_it_began(&self, message: &str) {
        self.report(Outcome::Panicked, &format_args!("before its run began: {message}"));
    }

    /// Changes no outcome.
    fn while_dropped(&self, what: &str, message: &str) {
        report::send(Outcome::Panicked, &self.facts(), &format_args!("while its {what} was dropped: {message}"));
    }
}

/// What `work` gives, unless the loop is told to end first.
async fn unless<W: Future>(mut told: Pin<&mut impl Future<Output = CancelCause>>, work: W) -> Option<W::Output> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        if told.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        work.as_mut().poll(cx).map(Some)
    })
    .await
}
