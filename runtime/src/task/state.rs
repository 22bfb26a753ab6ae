//! The state of a task besides its body: its signals, its next step, and its timers.

use std::any::Any;
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::task::coop::unconstrained;
use tokio::task::try_id;
use tokio::time::{Instant, Sleep};

use super::end::End;
use super::lifecycle::{DropReason, Grace, Life, Seen, Step, Stop, decide};
use super::unfinished::Hook;
use crate::admission::{Key, Phase, Signals, Turn};
use crate::context::Values;
use crate::current::{Extra, Stage, StopReason, TaskRecord, Timing, in_task};
use crate::error::CancelCause;
use crate::timer::NoClock;
use crate::tracker::{Binding, Isolated, Permit, TaskInfo, TaskSite};
use crate::util::{PackedDuration, Ticks, after, later};

pub(crate) struct TaskState<U, B: Binding> {
    pub(super) permit: Permit<B>,
    pub(super) record: TaskRecord,
    pub(super) hook: U,
}

/// What a task is that begins at once.
#[derive(Clone, Copy)]
pub(super) enum AtOnce {
    Call,
    /// A loop's run.
    Run,
    Worker,
}

pub(super) enum Next<T> {
    Wait,
    /// The body's context was cancelled, and the body must be polled again.
    PollAgain,
    Drop(End<T>),
}

impl<U: Hook, B: Binding> TaskState<U, B> {
    pub(super) fn new(
        (permit, queued): (Permit<B>, bool),
        values: Option<Arc<Values>>,
        hook: U,
        timing: Timing,
        extra: Option<Box<Extra>>,
        isolated: Isolated,
    ) -> Self {
        let (deadline, queue_delay, stage) = (Ticks::NONE, PackedDuration::ZERO, Stage::Queued);
        let record = TaskRecord { values, deadline, extra, queue_delay, timing, stage, isolated };
        let mut new = Self { permit, record, hook };
        if queued {
            new.site().count_queued();
            new.record.deadline = Ticks::now();
        } else {
            new.begin();
        }
        new
    }

    /// Of a task that has its place and is counted.
    #[inline(always)]
    pub(super) fn at_once(
        binding: B,
        values: Option<Arc<Values>>,
        hook: U,
        kind: AtOnce,
        extra: Option<Box<Extra>>,
        isolated: Isolated,
    ) -> Self {
        let mut permit = Permit::light(binding);
        let timing = match kind {
            AtOnce::Call => Timing::Run,
            AtOnce::Run => {
                permit.joins_loop();
                Timing::Run
            }
            AtOnce::Worker => {
                permit.never_expires();
                Timing::Never
            }
        };
        let (deadline, queue_delay, stage) = (Ticks::NONE, PackedDuration::ZERO, Stage::Ready);
        Self { permit, record: TaskRecord { values, deadline, extra, queue_delay, timing, stage, isolated }, hook }
    }

    #[inline]
    pub(super) fn site(&self) -> &'static TaskSite {
        self.permit.site()
    }

    pub(super) fn timeout(&self) -> Duration {
        self.record.timeout(self.site())
    }

    /// The timeout and the grace that are over if it has timed out, or the timeout of its last attempt.
    pub(super) fn limits(&self) -> (Duration, Duration) {
        let whole = || (self.timeout(), self.site().grace());
        self.record.overran().map_or_else(whole, |attempt| (attempt, Duration::ZERO))
    }

    pub(super) fn since(&self) -> Ticks {
        if self.record.deferred().is_some() { self.permit.since() } else { self.record.since(self.site()) }
    }

    /// Asks its queue for its deadline, if only that knows it.
    pub(super) fn settle(&mut self) {
        if self.record.deferred().is_some() {
            let site = self.site();
            self.record.settle(site, self.permit.since());
        }
    }

    /// Runs user code as the task's code.
    #[inline]
    pub(super) fn run<R>(&mut self, waker: Option<&Waker>, work: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
        in_task(&mut self.permit, &mut self.record, waker, work)
    }

    /// The task leaves the queue, or begins without one.
    fn begin(&mut self) {
        self.record.stage = Stage::Ready;
        self.record.deadline = Ticks::NONE;
        if self.record.is_counted() {
            self.site().count_started();
        }
        if self.record.timing == Timing::Never {
            self.permit.never_expires();
        }
        if self.record.timing == Timing::Call {
            self.record.deadline = Ticks::now().after(self.timeout());
        }
    }

    /// Records the time of the first poll, if durations are measured.
    #[cold]
    pub(super) fn first_poll(&mut self) {
        let is_first = self.record.stage == Stage::Ready && self.record.timing != Timing::Never;
        if is_first && !self.record.cold().polled.is_set() {
            self.record.cold().polled = Ticks::now();
        }
    }

    /// Polls whether a queued task may begin.
    pub(super) fn turn<T>(&mut self, waker: &Waker) -> Next<T> {
        let Some(key) = self.permit.key() else { return Next::Wait };
        match self.permit.core().admission().poll_turn(key, waker) {
            Turn::Wait => Next::Wait,
            Turn::Go(key) => {
                self.site().count_unqueued();
                self.record.queue_delay = PackedDuration::of(self.record.deadline.elapsed());
                let delay = self.record.queue_delay.get();
                if let Some(span) = self.record.span() {
                    span.queued(delay);
                }
                self.permit.turn(key);
                self.begin();
                Next::PollAgain
            }
            Turn::Refused(why) => Next::Drop(End::NeverStarted(why.into())),
            Turn::Aborted(cause) => Next::Drop(End::Cancelled(cause)),
        }
    }

    #[inline]
    pub(super) fn has_signals(&self) -> bool {
        self.permit.core().admission().has_signals()
    }

    #[inline]
    pub(super) fn signals(&self) -> Option<Signals<CancelCause>> {
        if !self.has_signals() {
            return None;
        }
        self.permit.core().admission().signals(self.permit.key(), try_id)
    }

    /// The first pending poll: the timeout begins. A task with an entry reads its signals as well.
    #[inline(always)]
    pub(super) fn park(&mut self, waker: &Waker, signals: &mut Option<Signals<CancelCause>>) -> Result<(), NoClock> {
        self.record.stage = Stage::Parked;
        if self.permit.is_light() {
            return self.start_timeout(waker);
        }
        match self.permit.key() {
            None => self.park_otherwise(waker),
            Some(key) => {
                *signals = Some(self.park_entry(key, waker)?);
                Ok(())
            }
        }
    }

    /// A loop's run, or a worker. A worker has no timeout, and is among its function's pending tasks all the same: a drain
    /// finds it there.
    #[inline(never)]
    fn park_otherwise(&mut self, waker: &Waker) -> Result<(), NoClock> {
        if self.record.timing != Timing::Never {
            let started = self.start_timeout(waker);
            self.permit.joins_loop();
            return started;
        }
        self.check_clock()?;
        if !self.record.deadline.is_set() {
            self.record.deadline = Ticks::now();
        }
        self.permit.start_timeout(self.record.deadline, false, waker)?;
        Ok(())
    }

    /// A grace needs a clock. It is not needed yet, but shows now whether there is one.
    fn check_clock(&self) -> Result<(), NoClock> {
        if !self.site().grace().is_zero() {
            drop(sleep_until(Instant::now())?);
        }
        Ok(())
    }

    /// The grace that its timer includes: a drain may have cancelled it before its first poll.
    fn added_grace(&self) -> Duration {
        if self.record.is_cancelled() { self.site().grace() } else { Duration::ZERO }
    }

    #[inline(always)]
    fn start_timeout(&mut self, waker: &Waker) -> Result<(), NoClock> {
        let own = self.record.own_timeout();
        let is_shared = own.is_none() && !self.record.is_cancelled();
        let timeout = own.unwrap_or_else(|| self.site().default_timeout());
        let since = if self.record.deadline.is_set() { self.record.deadline.before(timeout) } else { Ticks::now() };
        self.record.deadline = since.after(timeout);
        if self.permit.start_timeout(since, is_shared, waker)? { Ok(()) } else { self.set_own_timer() }
    }

    #[cold]
    #[inline(never)]
    fn set_own_timer(&mut self) -> Result<(), NoClock> {
        let grace = self.added_grace();
        self.set_timer(self.record.deadline.instant().map(|time| later(time, grace)))
    }

    #[cold]
    fn park_entry(&mut self, key: Key, waker: &Waker) -> Result<Signals<CancelCause>, NoClock> {
        let grace = self.added_grace();
        let deadline = self.record.set_deadline(self.permit.site());
        if self.record.timing == Timing::Never {
            self.record.deadline = Ticks::now();
            self.check_clock()?;
        } else {
            self.set_timer(deadline.instant().map(|time| later(time, grace)))?;
        }
        let info = TaskInfo { site: self.site(), since: self.since().instant() };
        Ok(self.permit.core().admission().park(key, waker, info))
    }

    /// Whether it is a worker that nothing has happened to. It has no timeout, so it can only be signalled.
    pub(super) fn is_quiet_worker(&self) -> bool {
        self.record.timing == Timing::Never
            && self.record.cold_state().is_none_or(|cold| cold.timer.is_none() && matches!(cold.stop, StopReason::None))
    }

    /// Decides and applies the next step.
    pub(super) fn step<T>(&mut self, signals: Option<Signals<CancelCause>>, cx: &mut Context<'_>) -> Next<T> {
        let is_over = self.is_over(cx);
        // The fast path: nothing has happened to the task, and `decide` would let it wait.
        if !is_over && signals.as_ref().is_none_or(Signals::is_quiet) && !self.record.is_cancelled() {
            return Next::Wait;
        }
        self.settle();
        let (mut seen, mut abort) = (Seen { is_over, ..Seen::NONE }, None);
        if let Some(signals) = signals {
            seen = Seen {
                phase: signals.phase,
                owner_gone: signals.owner_gone,
                aborted: signals.abort.is_some(),
                is_over,
            };
            abort = signals.abort;
        }
        match decide(self.life(), seen) {
            Step::Wait => Next::Wait,
            Step::Cancel(stop, grace) => {
                self.cancel(stop, grace, seen, abort, cx.waker());
                Next::PollAgain
            }
            Step::CancelContext => {
                self.cancel_context();
                Next::PollAgain
            }
            Step::Drop(why) => Next::Drop(self.dropped(why, abort)),
        }
    }

    fn life(&self) -> Life {
        // A task whose last attempt timed out has nothing left to run: it needs no grace, and a drain cuts nothing short.
        let has_run_out = self.record.overran().is_some();
        Life {
            is_parked: self.record.stage == Stage::Parked,
            stop: match self.record.stop() {
                StopReason::None => Stop::None,
                StopReason::Timeout => Stop::Timeout,
                StopReason::Drain => Stop::Drain,
                StopReason::Abort(_) => Stop::Abort,
                StopReason::Ending(_) => Stop::Ending,
            },
            has_grace: !has_run_out && !self.site().grace().is_zero(),
            is_shielded: self.record.is_shielded(),
            is_worker: self.record.timing == Timing::Never,
            is_between_runs: self.record.is_between_runs(),
            is_cut_by_drain: !has_run_out && self.record.is_cut_by_drain(),
            is_blocking: self.record.is_blocking(),
            knows_of_drain: self.record.cold_state().is_some_and(|cold| cold.knows_of_drain),
        }
    }

    #[cold]
    fn cancel_context(&mut self) {
        self.record.cold().knows_of_drain = true;
        let site = self.site();
        self.record.cancel(site, CancelCause::Shutdown);
    }

    #[cold]
    fn cancel(&mut self, stop: Stop, grace: Grace, seen: Seen, abort: Option<CancelCause>, waker: &Waker) {
        let length = self.site().grace();
        match grace {
            Grace::Unchanged => self.record.cold().is_over = seen.is_over,
            Grace::FromNow => self.give_grace(after(length), waker),
            Grace::FromNowAtMost => {
                let end = after(length);
                self.give_grace(self.time().map_or(end, |time| end.min(time)), waker);
            }
            Grace::AfterItsTime => {
                if let Some(time) = self.time() {
                    self.give_grace(later(time.max(Instant::now()), length), waker);
                }
            }
        }
        let ending = if seen.phase == Phase::Open { CancelCause::OwnerDropped } else { CancelCause::Shutdown };
        let (reason, cause) = match stop {
            Stop::None => return,
            Stop::Timeout => (StopReason::Timeout, CancelCause::Timeout),
            Stop::Drain => (StopReason::Drain, CancelCause::Shutdown),
            Stop::Abort => {
                let cause = abort.unwrap_or(CancelCause::Requested);
                (StopReason::Abort(cause.clone()), cause)
            }
            Stop::Ending => (StopReason::Ending(ending.clone()), ending),
        };
        self.record.cold().stop = reason;
        let site = self.site();
        self.record.cancel(site, cause);
    }

    #[cold]
    fn dropped<T>(&self, why: DropReason, abort: Option<CancelCause>) -> End<T> {
        let known = match self.record.stop() {
            StopReason::Abort(cause) | StopReason::Ending(cause) => Some(cause.clone()),
            StopReason::None | StopReason::Timeout | StopReason::Drain => None,
        };
        match why {
            DropReason::TimedOut => End::TimedOut,
            DropReason::Aborted => End::Cancelled(abort.or(known).unwrap_or(CancelCause::Requested)),
            DropReason::Ended => End::Cancelled(known.unwrap_or(CancelCause::Shutdown)),
            DropReason::Drained => End::Cancelled(CancelCause::Shutdown),
            DropReason::OwnerGone => End::Cancelled(CancelCause::OwnerDropped),
        }
    }

    /// Starts its grace, which ends at `until`.
    fn give_grace(&mut self, until: Instant, waker: &Waker) {
        self.permit.stop_timing(waker);
        self.record.cold().is_over = false;
        // It has a clock, or its first pending poll would have failed.
        drop(self.set_timer(Some(until)));
    }

    /// Gives it its own timer.
    fn set_timer(&mut self, at: Option<Instant>) -> Result<(), NoClock> {
        let Some(at) = at else { return Ok(()) };
        match &mut self.record.cold().timer {
            Some(timer) => timer.as_mut().reset(at),
            none => *none = Some(Box::pin(sleep_until(at)?)),
        }
        Ok(())
    }

    /// When its timeout, or its grace, is over.
    fn time(&self) -> Option<Instant> {
        let own = self.record.cold_state().and_then(|cold| cold.timer.as_ref()).map(|timer| timer.deadline());
        own.or_else(|| if self.record.timing == Timing::Never { None } else { self.record.deadline.instant() })
    }

    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        if let Some(cold) = self.record.extra.as_mut().and_then(|extra| extra.cold.as_mut()) {
            if cold.is_over {
                return true;
            }
            if let Some(timer) = &mut cold.timer {
                // A body that uses up tokio's coop budget must not hide its own deadline.
                return pin!(unconstrained(timer.as_mut())).poll(cx) == Poll::Ready(());
            }
        }
        self.permit.is_expired()
    }
}

fn sleep_until(at: Instant) -> Result<Sleep, NoClock> {
    catch_unwind(|| tokio::time::sleep_until(at)).map_err(|_| NoClock)
}

// The sizes in memory of a task, its handle, a function and a tracker. The task's size matters most: tokio's cell of 256
// bytes has room for 152, and a body of 96 needs 104.
#[cfg(all(target_pointer_width = "64", feature = "tracing", not(feature = "testing")))]
const _: () = {
    assert!(size_of::<TaskState<(), crate::tracker::StaticBinding>>() <= 48);
    assert!(size_of::<super::TaskHandle<u64>>() <= 40);
    assert!(size_of::<TaskSite>() <= 320);
    assert!(size_of::<crate::tracker::Tracker>() <= 512);
};
