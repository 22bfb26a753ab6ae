//! The task's own future: the user's body, with what outlive promises of it around every poll and around its drop.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::coop::unconstrained;
use tokio::time::{Instant, Sleep};

use crate::ambient::{Ambient, Exchanged};
use crate::context::later;
use crate::report::{self, Facts, Outcome, TaskSpan};
use crate::roster::{Exit, Orders, Phase, Turn};
use crate::tracker::{Claim, Seat, Ticket};
use crate::unfinished::{Hook, Reason};
use crate::{CancelCause, Panic, Rejected, TaskError, TaskSite};

/// An `Err` that a task returned, as it can be shown without a bound on the user's type.
pub enum Fault<'a> {
    /// Has a `Display`.
    Display(&'a dyn fmt::Display),
    /// Has a `Debug`.
    Debug(&'a dyn fmt::Debug),
    /// Its type's name.
    Opaque(&'static str),
}

impl fmt::Display for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Display(error) => error.fmt(f),
            Self::Debug(error) => error.fmt(f),
            Self::Opaque(name) => f.write_str(name),
        }
    }
}

/// Whether what a task returned is an `Err`.
pub type Verdict<T> = for<'a> fn(&'a T) -> Option<Fault<'a>>;

/// What a task leaves for its handle. An `Err` that nobody takes out is reported.
pub(crate) struct Parcel<T> {
    content: Option<Result<T, TaskError>>,
    unseen: Option<(Verdict<T>, Facts)>,
}

impl<T> Parcel<T> {
    pub(crate) fn open(mut self) -> Result<T, TaskError> {
        self.content.take().unwrap_or(Err(TaskError::Lost))
    }
}

impl<T> Drop for Parcel<T> {
    fn drop(&mut self) {
        if let (Some(Ok(value)), Some((verdict, facts))) = (&self.content, &self.unseen) {
            if let Some(fault) = verdict(value) {
                report::send(Outcome::Failed, facts, &fault);
            }
        }
    }
}

/// How a task ended.
enum End<T> {
    Returned(T),
    Panicked(Panic),
    TimedOut,
    Cancelled(CancelCause),
    /// Queued until a drain ended the queue.
    NeverStarted,
    Lost,
}

/// Who has told the task to stop.
#[derive(Default)]
enum Told {
    #[default]
    Nobody,
    /// Its timeout; its grace runs.
    Timeout,
    Drain,
    /// Its handle, while it was in a shielded section; its grace runs.
    Abort(CancelCause),
    /// It ends when it is told, and was; its grace runs.
    ToEnd(CancelCause),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Waits for its turn.
    Queued,
    /// Has not had to wait yet: no clock has been looked at.
    Ready,
    /// Its tracker has its waker, its timer runs.
    Parked,
    Done,
}

pin_project_lite::pin_project! {
    pub(crate) struct Flight<F, U>
    where
        F: Future,
        U: Hook,
    {
        #[pin]
        body: Option<F>,
        #[pin]
        timer: Option<Sleep>,
        state: State<F::Output, U>,
    }

    impl<F, U> PinnedDrop for Flight<F, U>
    where
        F: Future,
        U: Hook,
    {
        /// Not done: the runtime goes down with the task in it.
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if this.state.stage != Stage::Done {
                drop(this.state.end(this.body, End::Lost));
            }
        }
    }
}

/// Everything of a flight that is not pinned.
pub(crate) struct State<T, U> {
    pub(crate) site: &'static TaskSite,
    pub(crate) seat: Seat,
    pub(crate) ambient: Ambient,
    pub(crate) span: TaskSpan,
    pub(crate) verdict: Verdict<T>,
    pub(crate) hook: U,
    pub(crate) limit: Limit,
    stage: Stage,
    told: Told,
    queued_at: Option<Instant>,
    queue_delay: Duration,
    since: Option<Instant>,
    /// What only starts others is not counted itself.
    counted: bool,
    _claim: Option<Claim>,
}

/// From when the timeout counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// From the first poll that has to wait.
    Run,
    /// From the call, or the end of its wait in the queue: a thread cannot be seen to wait.
    Call,
    /// There is none: it ends when it is told.
    Never,
}

impl<T, U: Hook> State<T, U> {
    #[allow(clippy::too_many_arguments, reason = "one place builds it")]
    pub(crate) fn new(
        site: &'static TaskSite,
        seat: Seat,
        queued: bool,
        ambient: Ambient,
        span: TaskSpan,
        verdict: Verdict<T>,
        hook: U,
        limit: Limit,
        counted: bool,
        claim: Option<Claim>,
    ) -> Self {
        let mut state = Self {
            site,
            seat,
            ambient,
            span,
            verdict,
            hook,
            limit,
            stage: Stage::Queued,
            told: Told::Nobody,
            queued_at: None,
            queue_delay: Duration::ZERO,
            since: None,
            counted,
            _claim: claim,
        };
        if queued {
            site.count_queued();
            state.queued_at = Some(Instant::now());
        } else {
            state.begin();
        }
        state
    }

    /// It is this call's turn.
    fn begin(&mut self) {
        self.stage = Stage::Ready;
        if self.counted {
            self.site.count_started();
        }
        if self.limit == Limit::Call {
            self.set_deadline();
        }
    }

    fn timeout(&self) -> Duration {
        self.ambient.task.as_ref().and_then(|task| task.timeout).unwrap_or_default()
    }

    fn is_between_runs(&self) -> bool {
        self.ambient.task.as_ref().is_some_and(|task| task.between_runs)
    }

    fn is_shielded(&self) -> bool {
        self.ambient.task.as_ref().is_some_and(|task| task.shields > 0)
    }

    fn set_deadline(&mut self) -> Option<Instant> {
        if self.limit == Limit::Never {
            self.since = Some(Instant::now());
            return None;
        }
        let timeout = self.timeout();
        let deadline = *self.ambient.deadline.get_or_insert_with(|| crate::context::after(timeout));
        self.since = deadline.checked_sub(timeout);
        Some(deadline)
    }

    /// Counts the end, reports it, and gives the place in the tracker back, in this order: a drain that has returned
    /// has left nothing to be said.
    fn end<F>(&mut self, mut body: Pin<&mut Option<F>>, end: End<T>) -> Parcel<T> {
        let started = self.stage != Stage::Queued;
        let counted = self.counted && !self.is_between_runs();
        self.stage = Stage::Done;
        // Dropped without having been told: whoever looks at its context, its own destructors and its hook too, finds
        // the cause. A deadline that has passed is one by itself.
        match &end {
            End::Cancelled(cause) => self.ambient.cancel(cause.clone()),
            End::NeverStarted => self.ambient.cancel(CancelCause::Shutdown),
            End::Returned(_) | End::Panicked(_) | End::TimedOut | End::Lost => {}
        }
        self.drop_in_place("future", || body.set(None));
        let fault = if let End::Returned(value) = &end { (self.verdict)(value) } else { None };
        let outcome = match &end {
            End::Returned(_) if fault.is_some() => Outcome::Failed,
            End::Returned(_) => Outcome::Completed,
            End::Panicked(_) => Outcome::Panicked,
            End::TimedOut => Outcome::TimedOut,
            End::Cancelled(_) => Outcome::Cancelled,
            End::NeverStarted => Outcome::NeverStarted,
            End::Lost => Outcome::Lost,
        };
        if !started {
            self.site.count_unqueued();
            if outcome != Outcome::NeverStarted && self.counted {
                self.site.count_started();
            }
        }
        if counted || outcome == Outcome::NeverStarted {
            self.site.count(outcome);
        }
        if outcome != Outcome::Completed && (counted || matches!(outcome, Outcome::Panicked | Outcome::NeverStarted)) {
            self.report(outcome, &end, fault.as_ref(), started);
        }
        let exit = match (&end, &self.told) {
            (End::NeverStarted, _) => Some(Exit::NeverStarted),
            // What only starts others is no work.
            _ if !self.counted => None,
            // Between two runs there is nothing to lose.
            (End::Cancelled(_) | End::Lost, _) if !counted => Some(Exit::Finished),
            // One that was told and had its own timeout and grace after that was dropped, too.
            (End::Cancelled(_) | End::Lost, _) | (End::TimedOut, Told::Drain) => Some(Exit::Aborted),
            (_, Told::Drain) => Some(Exit::Cancelled),
            _ => Some(Exit::Finished),
        };
        let age = if started { self.elapsed() } else { self.queue_delay };
        let unseen = if outcome == Outcome::Failed { self.hook.hears(self.facts()) } else { None };
        let mut unseen = unseen.map(|facts| (self.verdict, facts));
        let mut content = Some(match end {
            End::Returned(value) => Ok(value),
            End::Panicked(panic) => Err(TaskError::Panicked(panic)),
            End::TimedOut => Err(TaskError::TimedOut { timeout: self.timeout(), grace: self.site.grace() }),
            End::Cancelled(cause) => Err(TaskError::Cancelled(cause)),
            End::NeverStarted => Err(TaskError::Rejected(Rejected::Draining)),
            End::Lost => Err(TaskError::Lost),
        });
        // What nobody will take, and what only the task held, goes before the place does.
        if (std::mem::needs_drop::<T>() || unseen.is_some()) && self.is_unwatched() {
            let parcel = Parcel { content: content.take(), unseen: unseen.take() };
            self.drop_in_place("result", || drop(parcel));
        }
        let spared = self.hook.take();
        self.drop_in_place("`unfinished` arguments", || drop(spared));
        let values = self.ambient.values.take();
        self.drop_in_place("context", || drop(values));
        self.ambient.end();
        self.seat.leave(exit, age);
        Parcel { content, unseen }
    }

    /// Whether the handle has been dropped.
    fn is_unwatched(&self) -> bool {
        self.seat.key().is_some_and(|key| self.seat.station().roster().is_unwatched(key))
    }

    /// Runs destructors of the user's. A panic of theirs changes no outcome.
    fn drop_in_place(&mut self, what: &str, work: impl FnOnce()) {
        if let Err(panic) = in_place(&self.span, &mut self.ambient, work) {
            let cause = format!("while its {what} was dropped: {}", panic.message());
            report::send(Outcome::Panicked, &self.facts(), &cause);
        }
    }

    fn report(&mut self, outcome: Outcome, end: &End<T>, fault: Option<&Fault<'_>>, started: bool) {
        if !started {
            self.queue_delay = self.queued_at.map_or(Duration::ZERO, |at| at.elapsed());
        }
        // An `Err` is reported only when nobody takes it: see `Parcel`.
        let is_told_here = outcome != Outcome::Failed;
        if !is_told_here && !U::LISTENS {
            return;
        }
        let (timeout, grace) = (self.timeout(), self.site.grace());
        let reason = match end {
            End::Returned(_) => Reason::Failed(fault.map(|fault| report::shown(fault)).unwrap_or_default()),
            End::Panicked(panic) => Reason::Panicked(panic.message().to_owned()),
            End::TimedOut => Reason::TimedOut { timeout, grace },
            End::Cancelled(cause) => Reason::Cancelled(cause.clone()),
            End::NeverStarted => Reason::NeverStarted,
            End::Lost => Reason::Lost,
        };
        let facts = self.facts();
        if is_told_here {
            self.span.quietly(|| report::send(outcome, &facts, &reason));
        }
        let (site, hook) = (self.site, &mut self.hook);
        let broken = in_place(&self.span, &mut self.ambient, || hook.run(site, started, reason));
        if let Some(message) = broken.ok().flatten() {
            report::send(Outcome::Panicked, &facts, &format_args!("in its `unfinished` hook: {message}"));
        }
    }

    fn elapsed(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn facts(&self) -> Facts {
        Facts {
            site: self.site,
            tracker: self.seat.station().name(),
            values: self.ambient.values.clone(),
            elapsed: self.elapsed(),
            queue_delay: self.queue_delay,
        }
    }

    fn tell(&mut self, by: Told, cause: CancelCause) {
        self.told = by;
        self.ambient.cancel(cause);
    }
}

/// Runs the user's code as it expects to be run: its context in scope, its span entered, its panic caught.
pub(crate) fn in_place<R>(span: &TaskSpan, ambient: &mut Ambient, work: impl FnOnce() -> R) -> Result<R, Panic> {
    let _exchanged = Exchanged::new(ambient);
    // A subscriber may panic, too.
    let entered = AssertUnwindSafe(|| {
        let _entered = span.enter();
        work()
    });
    catch_unwind(entered).map_err(Panic::new)
}

impl<F: Future, U: Hook> Flight<F, U> {
    pub(crate) fn new(body: F, state: State<F::Output, U>) -> Self {
        Self { body: Some(body), timer: None, state }
    }
}

impl<F: Future, U: Hook> Future for Flight<F, U> {
    type Output = Parcel<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let state = this.state;
        let Some(key) = state.seat.key() else {
            return Poll::Pending;
        };
        if state.stage == Stage::Queued {
            match state.seat.station().roster().turn(key, cx.waker()) {
                Turn::Wait => return Poll::Pending,
                Turn::Go => {
                    state.site.count_unqueued();
                    state.queue_delay = state.queued_at.map_or(Duration::ZERO, |at| at.elapsed());
                    state.begin();
                }
                Turn::Flushed => return Poll::Ready(state.end(this.body, End::NeverStarted)),
                Turn::Aborted(cause) => {
                    return Poll::Ready(state.end(this.body, End::Cancelled(cause)));
                }
            }
        }
        if state.stage == Stage::Ready {
            // Ended before its first poll: it shall not have one.
            let orders = state.seat.station().roster().orders(key);
            if let Next::Drop(end) = state.judge(orders, this.timer.as_mut(), cx) {
                return Poll::Ready(state.end(this.body, end));
            }
        }
        loop {
            // The body comes first: one that is done at its deadline is done.
            let polled = match this.body.as_mut().as_pin_mut() {
                Some(body) => in_place(&state.span, &mut state.ambient, || body.poll(cx)),
                None => return Poll::Pending,
            };
            match polled {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(value)) => {
                    return Poll::Ready(state.end(this.body, End::Returned(value)));
                }
                Err(panic) => return Poll::Ready(state.end(this.body, End::Panicked(panic))),
            }
            let orders = if state.stage == Stage::Ready {
                state.stage = Stage::Parked;
                let deadline = state.set_deadline();
                let Ok(timer) = catch_unwind(|| deadline.map(tokio::time::sleep_until)) else {
                    let error = "the runtime has no time driver, so no timeout can be kept: \
                                 call `enable_time()` or `enable_all()` on its Builder";
                    let panic = Panic::new(Box::new(error));
                    return Poll::Ready(state.end(this.body, End::Panicked(panic)));
                };
                if timer.is_some() {
                    this.timer.set(timer);
                }
                let ticket = Ticket { site: state.site, since: state.since };
                Some(state.seat.station().roster().park(key, cx.waker(), ticket))
            } else {
                state.seat.station().roster().orders(key)
            };
            match state.judge(orders, this.timer.as_mut(), cx) {
                Next::Wait => return Poll::Pending,
                Next::PollAgain => {}
                Next::Drop(end) => return Poll::Ready(state.end(this.body, end)),
            }
        }
    }
}

enum Next<T> {
    Wait,
    /// The body has been told to stop, and may have something to say.
    PollAgain,
    Drop(End<T>),
}

impl<T, U: Hook> State<T, U> {
    fn judge(
        &mut self,
        orders: Option<Orders<CancelCause>>,
        mut timer: Pin<&mut Option<Sleep>>,
        cx: &mut Context<'_>,
    ) -> Next<T> {
        let grace = self.site.grace();
        if let (Told::ToEnd(cause), true) = (&self.told, self.is_between_runs()) {
            return Next::Drop(End::Cancelled(cause.clone()));
        }
        if let Some(Orders { phase, orphaned, abort }) = orders {
            // The first abort stands: another that comes while its section goes on changes nothing.
            if let Some(cause) = abort.filter(|_| !matches!(self.told, Told::Abort(_))) {
                if grace.is_zero() || !self.is_shielded() {
                    return Next::Drop(End::Cancelled(cause));
                }
                let end = crate::context::after(grace);
                match timer.as_mut().as_pin_mut() {
                    Some(timer) => {
                        // Where a grace runs already, it is not made longer.
                        let end = if matches!(self.told, Told::Nobody) { end } else { end.min(timer.deadline()) };
                        timer.reset(end);
                    }
                    None => timer.set(Some(tokio::time::sleep_until(end))),
                }
                self.tell(Told::Abort(cause.clone()), cause);
                return Next::PollAgain;
            }
            if phase == Phase::Dropped {
                let first = if let Told::Abort(cause) = &self.told { Some(cause.clone()) } else { None };
                return Next::Drop(End::Cancelled(first.unwrap_or(CancelCause::Shutdown)));
            }
            if self.limit == Limit::Never && matches!(self.told, Told::Nobody) && (orphaned || phase != Phase::Open) {
                let cause = if phase == Phase::Open { CancelCause::OwnerDropped } else { CancelCause::Shutdown };
                timer.set(Some(tokio::time::sleep_until(crate::context::after(grace))));
                self.tell(Told::ToEnd(cause.clone()), cause);
                return Next::PollAgain;
            }
            if phase == Phase::Told && matches!(self.told, Told::Nobody) {
                if let Some(timer) = timer.as_mut().as_pin_mut() {
                    // Told before its timeout, it keeps the whole of its grace; the drain's end cuts it short.
                    let end = later(timer.deadline(), grace);
                    timer.reset(end);
                }
                self.tell(Told::Drain, CancelCause::Shutdown);
                return Next::PollAgain;
            }
        }
        if let Told::Abort(cause) = &self.told {
            if !self.is_shielded() {
                return Next::Drop(End::Cancelled(cause.clone()));
            }
        }
        let Some(mut timer) = timer.as_mut().as_pin_mut() else {
            return Next::Wait;
        };
        // A body that uses up the whole budget of its poll must not keep its own deadline from being seen.
        let rung = pin!(unconstrained(timer.as_mut())).poll(cx);
        if rung.is_pending() {
            return Next::Wait;
        }
        match &self.told {
            Told::Nobody if !grace.is_zero() => {
                let end = later(timer.deadline(), grace);
                timer.reset(end);
                self.tell(Told::Timeout, CancelCause::Timeout);
                Next::PollAgain
            }
            Told::Abort(cause) | Told::ToEnd(cause) => Next::Drop(End::Cancelled(cause.clone())),
            _ => Next::Drop(End::TimedOut),
        }
    }
}
