//! Tasks that end when they are told: loops that start runs, workers, and what restarts a worker.
//!
//! A loop is a task that only starts others and waits for them, each a call of its own: so a run has its timeout, its
//! counters and its reports like any other call, and goes on within its timeout when the loop has been told to end.

use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use crate::call::Call;
use crate::error::quietly;
use crate::flight::{Limit, Verdict};
use crate::report::{self, Facts, Outcome};
use crate::roster::Kind;
use crate::{CancelCause, Context, TaskError, TaskHandle, TaskSite, ambient};

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

impl Call {
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
        let (site, home) = (self.site, self.home.clone());
        self.start(Kind::Loop, |()| None, async move {
            let context = Context::current();
            let mut told = pin!(context.cancelled());
            let first = if immediate { Instant::now() } else { crate::context::after(every) };
            let mut ticks = interval_at(first, every);
            ticks.set_missed_tick_behavior(missed.into());
            while unless(told.as_mut(), ticks.tick()).await.is_some() {
                let work = match attempt(site, home.station().name(), &mut run) {
                    Ok(Some(work)) => work,
                    Ok(None) => return,
                    Err(()) => continue,
                };
                let run = Call::new(site, home.clone()).into_loop().spawn(work, verdict);
                if unless(told.as_mut(), run.ended()).await.is_none() {
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
        self.start(Kind::Worker, verdict, work)
    }

    /// Starts a worker anew after each panic and each `Err`, with a delay that doubles from `first` to `most`, and
    /// jitter. One that has run for longer than `most` begins with `first` again.
    pub fn restarted<F, R>(
        self,
        first: Duration,
        most: Duration,
        mut work: R,
        verdict: Verdict<F::Output>,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
        R: FnMut() -> Option<F> + Send + 'static,
    {
        let (site, home) = (self.site, self.home.clone());
        let delays = ExponentialBuilder::new().with_min_delay(first).with_max_delay(most).with_jitter();
        let delays = delays.without_max_times();
        self.start(Kind::Loop, verdict, async move {
            let context = Context::current();
            let mut told = pin!(context.cancelled());
            let mut backoff = delays.build();
            loop {
                let began = Instant::now();
                let facts = Facts {
                    site,
                    tracker: home.station().name(),
                    values: None,
                    elapsed: Duration::ZERO,
                    queue_delay: Duration::ZERO,
                };
                match attempt(site, facts.tracker, &mut work) {
                    Ok(Some(work)) => {
                        let worker = Call::new(site, home.clone()).into_loop().worker(work, verdict);
                        // Told when this loop is, it has its grace: what it gives then is the loop's.
                        match worker.abort_on_drop().await {
                            Ok(value) => {
                                let Some(fault) = verdict(&value).filter(|_| !context.is_cancelled()) else {
                                    return value;
                                };
                                let facts = Facts { elapsed: began.elapsed(), ..facts };
                                report::send(Outcome::Failed, &facts, &fault);
                            }
                            Err(_) if context.is_cancelled() => break,
                            // There was no place for it.
                            Err(TaskError::Rejected(rejected)) => report::send(Outcome::Rejected, &facts, &rejected),
                            // A panic, which the task has reported itself.
                            Err(_) => {}
                        }
                    }
                    Ok(None) => break,
                    Err(()) => {}
                }
                if began.elapsed() > most {
                    backoff = delays.build();
                }
                if unless(told.as_mut(), sleep(backoff.next().unwrap_or(most))).await.is_none() {
                    break;
                }
            }
            ambient::with_task(|task| task.given_up = true);
            pending().await
        })
    }

    fn start<F>(mut self, kind: Kind, verdict: Verdict<F::Output>, work: F) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.kind = kind;
        match self.admit() {
            Ok(admitted) => self.launch(admitted, Limit::Never, verdict, |_, _| work),
            Err(rejected) => self.refuse(rejected),
        }
    }
}

/// Makes the next run's future: the clones that it works on are the user's code, and may panic as the run itself may.
fn attempt<F>(
    site: &'static TaskSite,
    tracker: &'static str,
    next: &mut impl FnMut() -> Option<F>,
) -> Result<Option<F>, ()> {
    let mut made = None;
    let Some(message) = quietly(|| made = next()) else { return Ok(made) };
    site.count_started();
    site.count(Outcome::Panicked);
    let facts = Facts { site, tracker, values: None, elapsed: Duration::ZERO, queue_delay: Duration::ZERO };
    report::send(Outcome::Panicked, &facts, &format_args!("before its run began: {message}"));
    Err(())
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
