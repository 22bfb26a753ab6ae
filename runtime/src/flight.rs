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

use crate::ambient::{Ambient, Task, within};
use crate::context::{Link, Values, later};
use crate::deadline::{NoClock, Ticks};
use crate::error::quietly;
use crate::report::{self, Facts, Outcome, TaskSpan};
use crate::roster::{Exit, Orders, Phase, Turn};
use crate::tracker::{Claim, Home, Place, Seat, Ticket};
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
    fn drop(&mut self) {
        if self.content.is_none() {
            return;
        }
        // The handle has gone. What it said as it went came too late, and nobody will look at it.
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
    /// Has not had to wait yet.
    Ready,
    /// Has waited: a lane or its tracker has its waker, and its time runs.
    Parked,
    Done,
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
            if this.state.stage != Stage::Done {
                // Nobody takes it out: the handle has what it needs from the tracker.
                let site = this.state.site();
                drop(this.state.lose(this.body).open(site));
            }
        }
    }
}

/// Everything of a flight that is not pinned. Small: it is moved with the body, and lies in memory as long as that.
pub(crate) struct State<T, U, P: Place> {
    seat: Seat<P>,
    values: Option<Arc<Values>>,
    verdict: Verdict<T>,
    /// None while it runs.
    hook: Option<U>,
    /// What few have.
    more: Option<Box<More>>,
    /// From the first await on, or where its code has asked. While it is queued, when it came.
    deadline: Ticks,
    stage: Stage,
    limit: Limit,
    queue_delay: Brief,
    world: World,
}

/// What a task has only where it is queued, watched, told, or no plain call.
#[derive(Default)]
pub(crate) struct More {
    pub(crate) span: TaskSpan,
    /// Where it is not its site's.
    pub(crate) timeout: Option<Duration>,
    /// What only starts others is not counted itself.
    uncounted: bool,
    /// Held until its end.
    _claim: Option<Claim>,
    told: Told,
    /// What its code has been given to be told by.
    cancel: Option<Arc<Link>>,
    /// Where no lane rings it.
    timer: Option<Pin<Box<Sleep>>>,
    /// Where it has no deadline: since when it waits.
    since: Ticks,
    shields: u32,
    between_runs: bool,
}

impl More {
    pub(crate) fn of_loop(claim: Option<Claim>, uncounted: bool) -> Option<Box<Self>> {
        (claim.is_some() || uncounted).then(|| Box::new(Self { _claim: claim, uncounted, ..Self::default() }))
    }
}

/// A time in four bytes: exact to the microsecond up to half an hour, and to the millisecond up to 24 days.
#[derive(Clone, Copy, Default)]
struct Brief(u32);

impl Brief {
    const MILLIS: u32 = 1 << 31;

    fn of(time: Duration) -> Self {
        match u32::try_from(time.as_micros()) {
            Ok(micros) if micros < Self::MILLIS => Self(micros),
            _ => Self(Self::MILLIS | u32::try_from(time.as_millis()).unwrap_or(u32::MAX).min(Self::MILLIS - 1)),
        }
    }

    fn get(self) -> Duration {
        if self.0 < Self::MILLIS {
            Duration::from_micros(self.0.into())
        } else {
            Duration::from_millis((self.0 - Self::MILLIS).into())
        }
    }
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

impl<T, U: Hook, P: Place> State<T, U, P> {
    #[inline]
    pub(crate) fn new(
        (seat, queued): (Seat<P>, bool),
        values: Option<Arc<Values>>,
        (verdict, hook): (Verdict<T>, U),
        limit: Limit,
        more: Option<Box<More>>,
        world: World,
    ) -> Self {
        let mut new = Self {
            seat,
            values,
            verdict,
            hook: Some(hook),
            more,
            deadline: Ticks::NONE,
            stage: Stage::Queued,
            limit,
            queue_delay: Brief::default(),
            world,
        };
        if queued {
            new.site().count_queued();
            new.deadline = Ticks::now();
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
    fn begin(&mut self) {
        self.stage = Stage::Ready;
        self.deadline = Ticks::NONE;
        if self.is_counted() {
            self.site().count_started();
        }
        if self.limit == Limit::Call {
            self.deadline = Ticks::now().after(self.timeout());
        }
    }

    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    fn is_counted(&self) -> bool {
        !self.more.as_ref().is_some_and(|more| more.uncounted)
    }

    fn timeout(&self) -> Duration {
        self.more.as_ref().and_then(|more| more.timeout).unwrap_or_else(|| self.site().timeout())
    }

    fn is_between_runs(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.between_runs)
    }

    fn is_shielded(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.shields > 0)
    }

    fn is_told(&self) -> bool {
        self.more.as_ref().is_some_and(|more| !matches!(more.told, Told::Nobody))
    }

    /// Its context's, and with that its own.
    fn set_deadline(&mut self) -> Ticks {
        if self.limit != Limit::Never && !self.deadline.is_set() {
            self.deadline = Ticks::now().after(self.timeout());
        }
        self.deadline
    }

    /// Runs code of the user's in the task's context, with its span and its panic caught.
    #[inline]
    fn run<R>(&mut self, work: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
        let own = Task {
            site: self.site(),
            home: self.seat.place().elsewhere(),
            is_bounded: self.limit != Limit::Never,
            is_light: self.seat.key().is_none(),
            between_runs: false,
            shields: 0,
        };
        let world = mem::take(&mut self.world);
        let (result, ambient) = match &mut self.more {
            None => {
                let mut own = Ambient::of_task(self.values.take(), self.deadline, None, own, world);
                (within(&mut own, work), own)
            }
            Some(more) => {
                let own = Task { between_runs: more.between_runs, shields: more.shields, ..own };
                let mut own = Ambient::of_task(self.values.take(), self.deadline, more.cancel.take(), own, world);
                (in_place(&more.span, &mut own, work), own)
            }
        };
        self.resume(ambient);
        result
    }

    /// Takes back what the running code had.
    #[inline]
    fn resume(&mut self, Ambient { values, deadline, cancel, task, world, .. }: Ambient) {
        (self.values, self.deadline, self.world) = (values, deadline, world);
        let is_changed = cancel.is_some() || task.as_ref().is_some_and(|task| task.between_runs || task.shields > 0);
        if is_changed || self.more.is_some() {
            let (between_runs, shields) = task.map_or((false, 0), |task| (task.between_runs, task.shields));
            self.keep(cancel, between_runs, shields);
        }
    }

    #[cold]
    fn keep(&mut self, cancel: Option<Arc<Link>>, between_runs: bool, shields: u32) {
        let more = self.more();
        (more.cancel, more.between_runs, more.shields) = (cancel, between_runs, shields);
    }

    /// Tells the task's code to stop.
    fn signal(&mut self, cause: CancelCause) {
        self.set_deadline();
        let link = self.more().cancel.get_or_insert_with(|| Link::new(Arc::default(), None));
        link.signal().cancel(cause);
    }

    fn tell(&mut self, by: Told, cause: CancelCause) {
        self.more().told = by;
        self.signal(cause);
    }

    /// Since when it waits: for its turn, or in its body.
    fn since(&self) -> Ticks {
        match self.stage {
            Stage::Queued => self.deadline,
            Stage::Ready if self.limit != Limit::Call => Ticks::NONE,
            _ if self.limit == Limit::Never => self.more.as_ref().map_or(Ticks::NONE, |more| more.since),
            _ => self.deadline.before(self.timeout()),
        }
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
        let is_plain = self.more.is_none() && !U::LISTENS && !(mem::needs_drop::<T>() && is_noted);
        if !is_plain || self.seat.key().is_some() || (self.verdict)(&value).is_some() {
            return self.end(body, End::Returned(value));
        }
        let site = self.site();
        let has_waited = mem::replace(&mut self.stage, Stage::Done) == Stage::Parked;
        let deadline = self.deadline;
        let since = || if has_waited { deadline.before(site.timeout()) } else { Ticks::NONE };
        if let Some(values) = self.values.take().and_then(Arc::into_inner) {
            self.drop_in_place("context", since(), || drop(values));
        }
        site.count(Outcome::Completed);
        self.seat.leave(|| Some((Exit::Finished, since().elapsed())));
        Parcel { content: Some(Ok(value)), unseen: None, home: self.seat.place().home() }
    }

    /// Reports the end, counts it, and gives the place in the tracker back, in this order: a drain that has returned
    /// has left nothing to be said.
    #[cold]
    fn end<F>(&mut self, mut body: Pin<&mut Option<F>>, end: End<T>) -> Parcel<T> {
        let started = self.stage != Stage::Queued;
        let counted = self.is_counted() && !self.is_between_runs();
        let since = self.since();
        if !started {
            // That was when it came: its time has not begun.
            self.deadline = Ticks::NONE;
        }
        self.stage = Stage::Done;
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
            if outcome != Outcome::NeverStarted && self.is_counted() {
                self.site().count_started();
            }
        }
        if outcome != Outcome::Completed && (counted || matches!(outcome, Outcome::Panicked | Outcome::NeverStarted)) {
            self.report(outcome, &end, fault.as_ref(), started, since);
        }
        let told_by_drain = self.more.as_ref().is_some_and(|more| matches!(more.told, Told::Drain));
        let exit = match &end {
            // What only starts others is no work.
            _ if !self.is_counted() => None,
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
        let unseen = facts.and_then(|facts| self.hook.as_mut()?.hears(facts));
        let mut unseen = unseen.map(|Facts { site, values, elapsed, .. }| Unseen {
            verdict: self.verdict,
            site,
            values,
            elapsed: Brief::of(elapsed),
            queue_delay: self.queue_delay,
        });
        let mut content = Some(match end {
            End::Returned(value) => Ok(value),
            End::Panicked(panic) => Err(Failure::Panicked(Box::new(panic))),
            End::TimedOut => Err(Failure::TimedOut(self.timeout())),
            End::Cancelled(cause) => Err(Failure::Cancelled(cause)),
            End::NeverStarted(rejected) => Err(Failure::Rejected(rejected)),
            End::Lost => Err(Failure::Lost),
        });
        let home = self.seat.place().home();
        // What nobody will take, and what only the task held, goes before the place does.
        if (mem::needs_drop::<T>() || unseen.is_some()) && self.is_unwatched() {
            let parcel = Parcel { content: content.take(), unseen: unseen.take(), home: home.clone() };
            self.drop_in_place("result", since, || drop(parcel));
        }
        if let Some(spared) = self.hook.as_mut().and_then(U::take) {
            self.drop_in_place("`unfinished` arguments", since, || drop(spared));
        }
        if let Some(values) = self.values.take().and_then(Arc::into_inner) {
            self.drop_in_place("context", since, || drop(values));
        }
        if let Some(link) = self.more.as_ref().and_then(|more| more.cancel.as_ref()) {
            link.signal().cancel(CancelCause::Disconnected);
        }
        if counted || outcome == Outcome::NeverStarted {
            self.site().count(outcome);
        }
        if let Some(more) = &mut self.more {
            // Closed while a drain still waits.
            more.span.close();
        }
        let delay = self.queue_delay.get();
        self.seat.leave(|| Some((exit?, if started { since.elapsed() } else { delay })));
        Parcel { content, unseen, home }
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
            self.queue_delay = Brief::of(since.elapsed());
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
            match &self.more {
                Some(more) => more.span.quietly(send),
                None => send(),
            }
        }
        let Some(mut hook) = self.hook.take() else { return };
        let site = self.site();
        let broken = self.run(|| hook.run(site, started, reason));
        self.hook = Some(hook);
        if let Some(message) = broken.ok().flatten() {
            report::send(Outcome::Panicked, &facts, &format_args!("in its `unfinished` hook: {message}"));
        }
    }

    fn facts(&self, since: Ticks) -> Facts {
        Facts {
            site: self.site(),
            tracker: self.seat.station().name(),
            values: self.values.clone(),
            elapsed: since.elapsed(),
            queue_delay: self.queue_delay.get(),
        }
    }
}

/// Runs the user's code as it expects to be run: its context in scope, its span entered, its panic caught, and a
/// subscriber's as well.
pub(crate) fn in_place<R>(
    span: &TaskSpan,
    ambient: &mut Ambient,
    work: impl FnOnce() -> R,
) -> Result<R, Box<dyn Any + Send>> {
    within(ambient, || {
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
        if state.stage == Stage::Done {
            return Poll::Pending;
        }
        if state.stage == Stage::Queued {
            match state.turn(cx.waker()) {
                Next::Wait => return Poll::Pending,
                Next::PollAgain => {}
                Next::Drop(end) => return Poll::Ready(state.end(this.body, end)),
            }
        }
        if state.stage == Stage::Ready {
            if state.more.as_ref().is_some_and(|more| more.timeout.is_some()) {
                // The context cannot tell it from the site's.
                state.set_deadline();
            }
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
            if state.is_shielded() && state.seat.key().is_none() {
                if let Some(id) = try_id() {
                    state.seat.station().roster().wait_shielded(id, cx.waker());
                }
            }
            let orders = if state.stage == Stage::Ready {
                let Ok(orders) = state.park(cx.waker()) else {
                    let error = "the runtime has no time driver, so no timeout can be kept: \
                                 call `enable_time()` or `enable_all()` on its Builder";
                    return Poll::Ready(state.end(this.body, End::Panicked(Panic::new(Box::new(error)))));
                };
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
                self.queue_delay = Brief::of(self.deadline.elapsed());
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
        self.stage = Stage::Parked;
        let own = self.more.as_ref().and_then(|more| more.timeout);
        // By a drain, before its first poll.
        let is_told = self.is_told();
        let grace = if is_told { self.site().grace() } else { Duration::ZERO };
        let Some(key) = self.seat.key() else {
            let timeout = own.unwrap_or_else(|| self.site().timeout());
            let since = if self.deadline.is_set() { self.deadline.before(timeout) } else { Ticks::now() };
            self.deadline = since.after(timeout);
            if !self.seat.enter_lane(since, own.is_none() && !is_told, waker)? {
                self.set_timer(self.deadline.instant().map(|time| later(time, grace)))?;
            }
            return Ok(self.orders());
        };
        let deadline = self.set_deadline();
        if self.limit == Limit::Never {
            let now = Ticks::now();
            self.more().since = now;
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
        match &mut self.more().timer {
            Some(timer) => timer.as_mut().reset(at),
            none => *none = Some(Box::pin(sleep_until(at)?)),
        }
        Ok(())
    }

    /// When its time, or its grace, is over.
    fn time(&self) -> Option<Instant> {
        let own = self.more.as_ref().and_then(|more| more.timer.as_ref()).map(|timer| timer.deadline());
        own.or_else(|| if self.limit == Limit::Never { None } else { self.deadline.instant() })
    }

    /// Its grace runs, until then.
    fn give_grace(&mut self, until: Instant, waker: &Waker) {
        self.seat.stay(waker);
        // The clock has been found when it began to wait.
        drop(self.set_timer(Some(until)));
    }

    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        match self.more.as_mut().and_then(|more| more.timer.as_mut()) {
            // A body that uses up the whole budget of its poll must not keep its own deadline from being seen.
            Some(timer) => pin!(unconstrained(timer.as_mut())).poll(cx).is_ready(),
            None => self.seat.is_rung(),
        }
    }

    fn judge(&mut self, orders: Option<Orders<CancelCause>>, cx: &mut Context<'_>) -> Next<T> {
        let grace = self.site().grace();
        let told = self.more.as_ref().map(|more| &more.told);
        if let Some(Told::ToEnd(cause)) = told {
            if grace.is_zero() || self.is_between_runs() {
                return Next::Drop(End::Cancelled(cause.clone()));
            }
        }
        if let Some(orders) = orders {
            if let Some(next) = self.obey(orders, cx.waker()) {
                return next;
            }
        }
        let told = self.more.as_ref().map(|more| &more.told);
        if let Some(Told::Abort(cause)) = told {
            if !self.is_shielded() {
                return Next::Drop(End::Cancelled(cause.clone()));
            }
        }
        if !self.is_over(cx) {
            return Next::Wait;
        }
        match self.more.as_ref().map(|more| &more.told) {
            Some(Told::Abort(cause) | Told::ToEnd(cause)) => Next::Drop(End::Cancelled(cause.clone())),
            Some(Told::Timeout | Told::Drain) => Next::Drop(End::TimedOut),
            Some(Told::Nobody) | None if grace.is_zero() => Next::Drop(End::TimedOut),
            Some(Told::Nobody) | None => {
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
        let told = self.more.as_ref().map_or(&Told::Nobody, |more| &more.told);
        // The first abort stands: another that comes while its section goes on changes nothing.
        if let Some(cause) = abort.filter(|_| !matches!(told, Told::Abort(_))) {
            if grace.is_zero() || !self.is_shielded() {
                return Some(Next::Drop(End::Cancelled(cause)));
            }
            let mut end = crate::context::after(grace);
            if self.is_told() {
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
        if self.is_told() {
            return None;
        }
        if self.limit == Limit::Never && (orphaned || phase != Phase::Open) {
            let cause = if phase == Phase::Open { CancelCause::OwnerDropped } else { CancelCause::Shutdown };
            if grace.is_zero() && self.stage == Stage::Ready {
                return Some(Next::Drop(End::Cancelled(cause)));
            }
            if !grace.is_zero() {
                self.give_grace(crate::context::after(grace), waker);
            }
            self.tell(Told::ToEnd(cause.clone()), cause);
            return Some(Next::PollAgain);
        }
        if phase == Phase::Told {
            if self.stage == Stage::Parked && !grace.is_zero() {
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
