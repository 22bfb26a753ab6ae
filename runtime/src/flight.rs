//! The task's own future: the user's body, with what outlive promises of it around every poll and around its drop.

use std::any::{Any, TypeId};
use std::fmt;
use std::future::Future;
use std::mem;
use std::panic::catch_unwind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::task::coop::unconstrained;
use tokio::task::try_id;
use tokio::time::{Instant, Sleep};

use crate::ambient::{Ambient, inside, within};
use crate::context::{Values, later};
use crate::deadline::{NoClock, Ticks};
use crate::error::quietly;
use crate::report::{self, Facts, Outcome, TaskSpan};
use crate::roster::{Exit, Orders, Phase, Turn};
use crate::task::{Brief, Limit, More, Stage, Task, Told};
use crate::tracker::{Home, Place, Seat, Ticket};
use crate::unfinished::{Hook, Reason};
use crate::world::World;
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
    content: Option<Result<T, Failure>>,
    unseen: Option<Unseen<T>>,
    home: Home,
}

/// What is known of an `Err` that nobody has seen yet. It lies where the value does: a failure allocates no more than
/// a success.
struct Unseen<T> {
    verdict: Verdict<T>,
    site: &'static TaskSite,
    values: Option<Arc<Values>>,
    elapsed: Brief,
    queue_delay: Brief,
}

/// Why there is no value. Small, as it is moved more often than it is looked at.
enum Failure {
    Panicked(Box<Panic>),
    TimedOut(Duration),
    Cancelled(CancelCause),
    Rejected(Rejected),
    Lost,
}

impl<T> Parcel<T> {
    #[inline]
    pub(crate) fn open(mut self, site: &TaskSite) -> Result<T, TaskError> {
        match self.content.take() {
            Some(Ok(value)) => Ok(value),
            Some(Err(failure)) => Err(failure.into_error(site)),
            None => Err(TaskError::Lost),
        }
    }
}

impl Failure {
    #[cold]
    fn into_error(self, site: &TaskSite) -> TaskError {
        match self {
            Self::Panicked(panic) => TaskError::Panicked(*panic),
            Self::TimedOut(timeout) => TaskError::TimedOut { timeout, grace: site.grace() },
            Self::Cancelled(cause) => TaskError::Cancelled(cause),
            Self::Rejected(rejected) => TaskError::Rejected(rejected),
            Self::Lost => TaskError::Lost,
        }
    }
}

impl<T> Drop for Parcel<T> {
    #[inline]
    fn drop(&mut self) {
        if self.content.is_some() {
            self.is_left();
        }
    }
}

impl<T> Parcel<T> {
    /// The handle has gone. What it said as it went came too late, and nobody will look at this.
    #[cold]
    fn is_left(&self) {
        drop(self.home.station().roster().cause(try_id));
        if let (Some(Ok(value)), Some(unseen)) = (&self.content, &self.unseen) {
            if let Some(fault) = (unseen.verdict)(value) {
                let facts = Facts {
                    site: unseen.site,
                    tracker: self.home.station().name(),
                    values: unseen.values.clone(),
                    elapsed: unseen.elapsed.get(),
                    queue_delay: unseen.queue_delay.get(),
                };
                report::send(Outcome::Failed, &facts, &fault);
            }
        }
    }
}

/// Whether a task that gives a `T` has to know that its handle has gone: a `T` may be an `Err`, or have a destructor.
pub(crate) fn is_watched<T: 'static>() -> bool {
    let of = TypeId::of::<T>();
    let is_plain = of == TypeId::of::<()>() || of == TypeId::of::<bool>() || of == TypeId::of::<u64>();
    !is_plain && of != TypeId::of::<u32>() && of != TypeId::of::<usize>() && of != TypeId::of::<i64>()
}

/// How a task ended.
enum End<T> {
    Returned(T),
    Panicked(Panic),
    TimedOut,
    Cancelled(CancelCause),
    /// Queued until its wait was ended.
    NeverStarted(Rejected),
    Lost,
}

pin_project_lite::pin_project! {
    pub(crate) struct Flight<F, U, P>
    where
        F: Future<Output: 'static>,
        U: Hook,
        P: Place,
    {
        #[pin]
        body: Option<F>,
        state: State<F::Output, U, P>,
    }

    impl<F, U, P> PinnedDrop for Flight<F, U, P>
    where
        F: Future<Output: 'static>,
        U: Hook,
        P: Place,
    {
        /// Not done: it has been aborted, or the runtime goes down with it.
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if this.state.task.stage != Stage::Done {
                // Nobody takes it out: the handle has what it needs from the tracker.
                let site = this.state.site();
                drop(this.state.lose(this.body).open(site));
            }
        }
    }
}

/// Everything of a flight that is not pinned.
pub(crate) struct State<T, U, P: Place> {
    seat: Seat<P>,
    task: Task,
    verdict: Verdict<T>,
    hook: U,
}

impl<T, U: Hook, P: Place> State<T, U, P> {
    #[inline(always)]
    pub(crate) fn new(
        (seat, queued): (Seat<P>, bool),
        values: Option<Arc<Values>>,
        (verdict, hook): (Verdict<T>, U),
        limit: Limit,
        more: Option<Box<More>>,
        world: World,
    ) -> Self {
        let stage = Stage::Queued;
        let task = Task { values, deadline: Ticks::NONE, more, queue_delay: Brief::ZERO, limit, stage, world };
        let mut new = Self { seat, task, verdict, hook };
        if queued {
            new.site().count_queued();
            new.task.deadline = Ticks::now();
        } else {
            new.begin();
        }
        new
    }

    #[inline]
    fn site(&self) -> &'static TaskSite {
        self.seat.site()
    }

    /// It is this call's turn.
    #[inline(always)]
    fn begin(&mut self) {
        self.task.stage = Stage::Ready;
        self.task.deadline = Ticks::NONE;
        if self.task.is_counted() {
            self.site().count_started();
        }
        if self.task.limit == Limit::Call {
            self.task.deadline = Ticks::now().after(self.timeout());
        }
    }

    fn timeout(&self) -> Duration {
        self.task.timeout(self.site())
    }

    #[inline]
    fn run<R>(&mut self, work: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
        in_task(&mut self.seat, &mut self.task, work)
    }

    /// Tells the task's code to stop.
    fn signal(&mut self, cause: CancelCause) {
        let site = self.site();
        self.task.signal(site, cause);
    }

    fn tell(&mut self, by: Told, cause: CancelCause) {
        self.task.more().told = by;
        self.signal(cause);
    }

    fn since(&self) -> Ticks {
        self.task.since(self.site())
    }

    /// It is dropped before its end: aborted by its handle, or lost.
    fn lose<F>(&mut self, body: Pin<&mut Option<F>>) -> Parcel<T>
    where
        T: 'static,
    {
        if self.seat.key().is_some() {
            return self.end(body, End::Lost);
        }
        let last = self.seat.station().roster().last(try_id);
        let parcel = self.end(body, last.abort.map_or(End::Lost, End::Cancelled));
        // The handle may go while the body is dropped, and later.
        if !last.unwatched && parcel.content.is_some() {
            if let Some(id) = try_id() {
                self.seat.station().roster().bury(id, is_watched::<T>());
            }
        }
        parcel
    }

    /// The plain end: there is nothing to tell anybody.
    #[inline]
    fn land<F>(&mut self, body: Pin<&mut Option<F>>, value: T) -> Parcel<T> {
        let is_noted = self.seat.station().roster().is_noted();
        let is_plain = self.task.more.is_none() && !U::LISTENS && !(mem::needs_drop::<T>() && is_noted);
        if !is_plain || self.seat.key().is_some() || (self.verdict)(&value).is_some() {
            return self.end(body, End::Returned(value));
        }
        let site = self.site();
        let has_waited = mem::replace(&mut self.task.stage, Stage::Done) == Stage::Parked;
        let deadline = self.task.deadline;
        let since = || if has_waited { deadline.before(site.timeout()) } else { Ticks::NONE };
        if let Some(values) = self.task.values.take().and_then(Arc::into_inner) {
            self.drop_in_place("context", since(), || drop(values));
            // A destructor of the user's may have asked for the task's own.
            self.task.disconnect();
        }
        site.count(Outcome::Completed);
        self.seat.leave(|| Some((Exit::Finished, since().elapsed())));
        Parcel { content: Some(Ok(value)), unseen: None, home: self.seat.left() }
    }

    /// Reports the end, counts it, and gives the place in the tracker back, in this order: a drain that has returned
    /// has left nothing to be said.
    #[cold]
    fn end<F>(&mut self, mut body: Pin<&mut Option<F>>, end: End<T>) -> Parcel<T> {
        let started = self.task.stage != Stage::Queued;
        let counted = self.task.is_counted() && !self.task.is_between_runs();
        let since = self.since();
        if !started {
            // That was when it came: its time has not begun.
            self.task.deadline = Ticks::NONE;
        }
        self.task.stage = Stage::Done;
        // Dropped without having been told: whoever looks at its context, its own destructors and its hook too, finds
        // the cause. A deadline that has passed is one by itself.
        match &end {
            End::Cancelled(cause) => self.signal(cause.clone()),
            End::NeverStarted(Rejected::OwnerGone) => self.signal(CancelCause::OwnerDropped),
            End::NeverStarted(_) => self.signal(CancelCause::Shutdown),
            End::Returned(_) | End::Panicked(_) | End::TimedOut | End::Lost => {}
        }
        if body.is_some() {
            self.drop_in_place("future", since, || body.set(None));
        }
        let fault = if let End::Returned(value) = &end { (self.verdict)(value) } else { None };
        let outcome = match &end {
            End::Returned(_) if fault.is_some() => Outcome::Failed,
            End::Returned(_) => Outcome::Completed,
            End::Panicked(_) => Outcome::Panicked,
            End::TimedOut => Outcome::TimedOut,
            End::Cancelled(_) => Outcome::Cancelled,
            End::NeverStarted(_) => Outcome::NeverStarted,
            End::Lost => Outcome::Lost,
        };
        if !started {
            self.site().count_unqueued();
            if outcome != Outcome::NeverStarted && self.task.is_counted() {
                self.site().count_started();
            }
        }
        if outcome != Outcome::Completed && (counted || matches!(outcome, Outcome::Panicked | Outcome::NeverStarted)) {
            self.report(outcome, &end, fault.as_ref(), started, since);
        }
        let told_by_drain = matches!(self.task.told(), Told::Drain);
        let exit = match &end {
            // What only starts others is no work.
            _ if !self.task.is_counted() => None,
            End::NeverStarted(_) => Some(Exit::NeverStarted),
            // Between two runs there is nothing to lose.
            End::Cancelled(_) | End::Lost if !counted => Some(Exit::Finished),
            End::Cancelled(_) | End::Lost => Some(Exit::Aborted),
            // One that was told and had its own timeout and grace after that was dropped, too.
            End::TimedOut if told_by_drain => Some(Exit::Aborted),
            _ if told_by_drain => Some(Exit::Cancelled),
            _ => Some(Exit::Finished),
        };
        let facts = (outcome == Outcome::Failed).then(|| self.facts(since));
        let unseen = facts.and_then(|facts| self.hook.hears(facts));
        let unseen = unseen.map(|Facts { site, values, elapsed, .. }| Unseen {
            verdict: self.verdict,
            site,
            values,
            elapsed: Brief::of(elapsed),
            queue_delay: self.task.queue_delay,
        });
        let result = match end {
            End::Returned(value) => Ok(value),
            End::Panicked(panic) => Err(Failure::Panicked(Box::new(panic))),
            End::TimedOut => Err(Failure::TimedOut(self.timeout())),
            End::Cancelled(cause) => Err(Failure::Cancelled(cause)),
            End::NeverStarted(rejected) => Err(Failure::Rejected(rejected)),
            End::Lost => Err(Failure::Lost),
        };
        let is_worth_it = mem::needs_drop::<T>() || unseen.is_some();
        let mut parcel = Parcel { content: Some(result), unseen, home: self.seat.place().home() };
        // What nobody will take, and what only the task held, goes before the place does.
        if is_worth_it && self.is_unwatched() {
            let nothing = Parcel { content: None, unseen: None, home: self.seat.place().home() };
            let unwanted = mem::replace(&mut parcel, nothing);
            self.drop_in_place("result", since, || drop(unwanted));
        }
        if let Some(spared) = self.hook.take() {
            self.drop_in_place("`unfinished` arguments", since, || drop(spared));
        }
        if let Some(values) = self.task.values.take().and_then(Arc::into_inner) {
            self.drop_in_place("context", since, || drop(values));
        }
        self.task.disconnect();
        if counted || outcome == Outcome::NeverStarted {
            self.site().count(outcome);
        }
        if let Some(more) = &mut self.task.more {
            // Closed while a drain still waits.
            more.span.close();
        }
        let delay = self.task.queue_delay.get();
        self.seat.leave(|| Some((exit?, if started { since.elapsed() } else { delay })));
        parcel
    }

    /// Whether the handle has been dropped.
    fn is_unwatched(&self) -> bool {
        let roster = self.seat.station().roster();
        match self.seat.key() {
            Some(key) => roster.is_unwatched(key),
            None => roster.last(try_id).unwatched,
        }
    }

    /// Runs destructors of the user's. A panic of theirs changes no outcome.
    fn drop_in_place(&mut self, what: &str, since: Ticks, work: impl FnOnce()) {
        if let Err(payload) = self.run(work) {
            self.report_destructor(what, since, Panic::new(payload).message());
        }
    }

    #[cold]
    fn report_destructor(&self, what: &str, since: Ticks, message: &str) {
        report::send(Outcome::Panicked, &self.facts(since), &format_args!("while its {what} was dropped: {message}"));
    }

    #[cold]
    fn report(&mut self, outcome: Outcome, end: &End<T>, fault: Option<&Fault<'_>>, started: bool, since: Ticks) {
        if !started {
            self.task.queue_delay = Brief::of(since.elapsed());
        }
        // An `Err` is reported only when nobody takes it: see `Parcel`.
        let is_told_here = outcome != Outcome::Failed;
        // Where many end at once, most of them are only counted.
        let allowed = if is_told_here { report::allowed(self.site(), outcome) } else { None };
        if allowed.is_none() && !U::LISTENS {
            return;
        }
        let (timeout, grace) = (self.timeout(), self.site().grace());
        let reason = match end {
            End::Returned(_) => Reason::Failed(fault.map(|fault| report::shown(fault)).unwrap_or_default()),
            End::Panicked(panic) => Reason::Panicked(panic.message().to_owned()),
            End::TimedOut => Reason::TimedOut { timeout, grace },
            End::Cancelled(cause) => Reason::Cancelled(cause.clone()),
            End::NeverStarted(Rejected::OwnerGone) => Reason::Rejected(Rejected::OwnerGone),
            End::NeverStarted(_) => Reason::NeverStarted,
            End::Lost => Reason::Lost,
        };
        let facts = self.facts(if started { since } else { Ticks::NONE });
        if let Some(suppressed) = allowed {
            let send = || report::send_allowed(outcome, &facts, &reason, suppressed);
            match &self.task.more {
                Some(more) => more.span.quietly(send),
                None => send(),
            }
        }
        let Self { seat, task, hook, .. } = self;
        let site = seat.site();
        let broken = in_task(seat, task, || hook.run(site, started, reason));
        if let Some(message) = broken.ok().flatten() {
            report::send(Outcome::Panicked, &facts, &format_args!("in its `unfinished` hook: {message}"));
        }
    }

    fn facts(&self, since: Ticks) -> Facts {
        Facts {
            site: self.site(),
            tracker: self.seat.station().name(),
            values: self.task.values.clone(),
            elapsed: since.elapsed(),
            queue_delay: self.task.queue_delay.get(),
        }
    }
}

/// Runs code of the user's in the task's context, with its span entered, and its panic caught, and a subscriber's as
/// well.
#[inline]
fn in_task<P: Place, R>(
    seat: &mut Seat<P>,
    task: &mut Task,
    work: impl FnOnce() -> R,
) -> Result<R, Box<dyn Any + Send>> {
    let span = task.more.as_mut().map(|more| mem::take(&mut more.span));
    let result = within(seat.place_mut(), task, || {
        let _entered = span.as_ref().and_then(TaskSpan::enter);
        work()
    });
    if let Some(span) = span {
        task.more().span = span;
    }
    result
}

/// Runs the user's code as it expects to be run: its context in scope, its span entered, its panic caught, and a
/// subscriber's as well.
pub(crate) fn in_place<R>(
    span: &TaskSpan,
    ambient: &mut Ambient,
    work: impl FnOnce() -> R,
) -> Result<R, Box<dyn Any + Send>> {
    inside(ambient, || {
        let _entered = span.enter();
        work()
    })
}

impl<F: Future<Output: 'static>, U: Hook, P: Place> Flight<F, U, P> {
    pub(crate) fn new(body: F, state: State<F::Output, U, P>) -> Self {
        Self { body: Some(body), state }
    }
}

impl<F: Future<Output: 'static>, U: Hook, P: Place> Future for Flight<F, U, P> {
    type Output = Parcel<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let state = this.state;
        if state.task.stage == Stage::Done {
            return Poll::Pending;
        }
        if state.task.stage == Stage::Queued {
            match state.turn(cx.waker()) {
                Next::Wait => return Poll::Pending,
                Next::PollAgain => {}
                Next::Drop(end) => return Poll::Ready(state.end(this.body, end)),
            }
        }
        if state.task.stage == Stage::Ready {
            // Ended before its first poll: it shall not have one.
            if let Some(orders) = state.orders() {
                if let Next::Drop(end) = state.judge(Some(orders), cx) {
                    return Poll::Ready(state.end(this.body, end));
                }
            }
        }
        loop {
            // The body comes first: one that is done at its deadline is done.
            let mut broken = None;
            let polled = state.run(|| {
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
                    return Poll::Ready(state.land(this.body, value));
                }
                Err(payload) => return Poll::Ready(state.end(this.body, End::Panicked(Panic::new(payload)))),
            }
            if state.task.is_shielded() && state.seat.key().is_none() {
                if let Some(id) = try_id() {
                    state.seat.station().roster().wait_shielded(id, cx.waker());
                }
            }
            let orders = if state.task.stage == Stage::Ready {
                let Ok(orders) = state.park(cx.waker()) else {
                    let error = "the runtime has no time driver, so no timeout can be kept: \
                                 call `enable_time()` or `enable_all()` on its Builder";
                    return Poll::Ready(state.end(this.body, End::Panicked(Panic::new(Box::new(error)))));
                };
                // Who has rung it since has woken it as well.
                if orders.is_none() && state.task.more.is_none() {
                    return Poll::Pending;
                }
                orders
            } else {
                state.orders()
            };
            match state.judge(orders, cx) {
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

impl<T, U: Hook, P: Place> State<T, U, P> {
    /// Whether it may begin.
    fn turn(&mut self, waker: &Waker) -> Next<T> {
        let Some(key) = self.seat.key() else { return Next::Wait };
        match self.seat.station().roster().turn(key, waker) {
            Turn::Wait => Next::Wait,
            Turn::Go(key) => {
                self.site().count_unqueued();
                self.task.queue_delay = Brief::of(self.task.deadline.elapsed());
                self.seat.turn(key);
                self.begin();
                Next::PollAgain
            }
            Turn::Flushed(why) => Next::Drop(End::NeverStarted(why.into())),
            Turn::Aborted(cause) => Next::Drop(End::Cancelled(cause)),
        }
    }

    #[inline]
    fn orders(&self) -> Option<Orders<CancelCause>> {
        self.seat.station().roster().orders(self.seat.key(), try_id)
    }

    /// Its first await: its time begins.
    fn park(&mut self, waker: &Waker) -> Result<Option<Orders<CancelCause>>, NoClock> {
        self.task.stage = Stage::Parked;
        let own = self.task.own_timeout();
        // By a drain, before its first poll.
        let is_told = self.task.is_told();
        let grace = if is_told { self.site().grace() } else { Duration::ZERO };
        let Some(key) = self.seat.key() else {
            let timeout = own.unwrap_or_else(|| self.site().timeout());
            let since = if self.task.deadline.is_set() { self.task.deadline.before(timeout) } else { Ticks::now() };
            self.task.deadline = since.after(timeout);
            if !self.seat.enter_lane(since, own.is_none() && !is_told, waker)? {
                self.set_timer(self.task.deadline.instant().map(|time| later(time, grace)))?;
            }
            return Ok(self.orders());
        };
        let deadline = self.task.set_deadline(self.seat.site());
        if self.task.limit == Limit::Never {
            let now = Ticks::now();
            self.task.more().since = now;
            if !self.site().grace().is_zero() {
                // Of no use yet; but now it can be said that there is no clock.
                drop(sleep_until(Instant::now())?);
            }
        } else {
            self.set_timer(deadline.instant().map(|time| later(time, grace)))?;
        }
        let ticket = Ticket { site: self.site(), since: self.since().instant() };
        Ok(Some(self.seat.station().roster().park(key, waker, ticket)))
    }

    /// From here on it has a timer of its own.
    fn set_timer(&mut self, at: Option<Instant>) -> Result<(), NoClock> {
        let Some(at) = at else { return Ok(()) };
        match &mut self.task.more().timer {
            Some(timer) => timer.as_mut().reset(at),
            none => *none = Some(Box::pin(sleep_until(at)?)),
        }
        Ok(())
    }

    /// When its time, or its grace, is over.
    fn time(&self) -> Option<Instant> {
        let own = self.task.more.as_ref().and_then(|more| more.timer.as_ref()).map(|timer| timer.deadline());
        own.or_else(|| if self.task.limit == Limit::Never { None } else { self.task.deadline.instant() })
    }

    /// Its grace runs, until then.
    fn give_grace(&mut self, until: Instant, waker: &Waker) {
        self.seat.stay(waker);
        // The clock has been found when it began to wait.
        drop(self.set_timer(Some(until)));
    }

    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        match self.task.more.as_mut().and_then(|more| more.timer.as_mut()) {
            // A body that uses up the whole budget of its poll must not keep its own deadline from being seen.
            Some(timer) => pin!(unconstrained(timer.as_mut())).poll(cx).is_ready(),
            None => self.seat.is_rung(),
        }
    }

    fn judge(&mut self, orders: Option<Orders<CancelCause>>, cx: &mut Context<'_>) -> Next<T> {
        let grace = self.site().grace();
        if let Told::ToEnd(cause) = self.task.told() {
            if grace.is_zero() || self.task.is_between_runs() {
                return Next::Drop(End::Cancelled(cause.clone()));
            }
        }
        if let Some(orders) = orders {
            if let Some(next) = self.obey(orders, cx.waker()) {
                return next;
            }
        }
        if let Told::Abort(cause) = self.task.told() {
            if !self.task.is_shielded() {
                return Next::Drop(End::Cancelled(cause.clone()));
            }
        }
        if !self.is_over(cx) {
            return Next::Wait;
        }
        match self.task.told() {
            Told::Abort(cause) | Told::ToEnd(cause) => Next::Drop(End::Cancelled(cause.clone())),
            Told::Timeout | Told::Drain => Next::Drop(End::TimedOut),
            Told::Nobody if grace.is_zero() => Next::Drop(End::TimedOut),
            Told::Nobody => {
                let begins = self.time().unwrap_or_else(Instant::now);
                self.give_grace(later(begins, grace), cx.waker());
                self.tell(Told::Timeout, CancelCause::Timeout);
                Next::PollAgain
            }
        }
    }

    /// `None` where it has been told nothing new.
    #[cold]
    fn obey(&mut self, orders: Orders<CancelCause>, waker: &Waker) -> Option<Next<T>> {
        let grace = self.site().grace();
        let Orders { phase, orphaned, abort } = orders;
        let told = self.task.told();
        // The first abort stands: another that comes while its section goes on changes nothing.
        if let Some(cause) = abort.filter(|_| !matches!(told, Told::Abort(_))) {
            if grace.is_zero() || !self.task.is_shielded() {
                return Some(Next::Drop(End::Cancelled(cause)));
            }
            let mut end = crate::context::after(grace);
            if self.task.is_told() {
                // Where a grace runs already, it is not made longer.
                end = self.time().map_or(end, |time| end.min(time));
            }
            self.give_grace(end, waker);
            self.tell(Told::Abort(cause.clone()), cause);
            return Some(Next::PollAgain);
        }
        if phase == Phase::Dropped {
            let first = if let Told::Abort(cause) = told { cause.clone() } else { CancelCause::Shutdown };
            return Some(Next::Drop(End::Cancelled(first)));
        }
        if self.task.is_told() {
            return None;
        }
        if self.task.limit == Limit::Never && (orphaned || phase != Phase::Open) {
            let cause = if phase == Phase::Open { CancelCause::OwnerDropped } else { CancelCause::Shutdown };
            if grace.is_zero() && self.task.stage == Stage::Ready {
                return Some(Next::Drop(End::Cancelled(cause)));
            }
            if !grace.is_zero() {
                self.give_grace(crate::context::after(grace), waker);
            }
            self.tell(Told::ToEnd(cause.clone()), cause);
            return Some(Next::PollAgain);
        }
        if phase == Phase::Told {
            if self.task.stage == Stage::Parked && !grace.is_zero() {
                if let Some(time) = self.time() {
                    // Told before its timeout, it keeps the whole of its grace; the drain's end cuts it short.
                    self.give_grace(later(time, grace), waker);
                }
            }
            self.tell(Told::Drain, CancelCause::Shutdown);
            return Some(Next::PollAgain);
        }
        None
    }
}

fn sleep_until(at: Instant) -> Result<Sleep, NoClock> {
    catch_unwind(|| tokio::time::sleep_until(at)).map_err(|_| NoClock)
}

// What lies in memory for each task, for its handle, for each function and for each tracker. The first is the dearest:
// tokio's cell of 256 bytes has room for 152, and a body of 88 needs 96.
#[cfg(all(target_pointer_width = "64", feature = "tracing", not(feature = "testing")))]
const _: () = {
    assert!(size_of::<State<u64, (), crate::tracker::Fixed>>() <= 56);
    assert!(size_of::<crate::TaskHandle<u64>>() <= 40);
    assert!(size_of::<TaskSite>() <= 256);
    assert!(size_of::<crate::Tracker>() <= 512);
};
