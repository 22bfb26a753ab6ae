//! The state of a task besides its body. The task's future holds it, and lends it to the thread while the task's code runs.

use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Sleep;

use super::carriers::Carriers;
use crate::admission::{Exit, Key};
use crate::context::{Context, CountedWork, Link, Values};
use crate::error::CancelCause;
use crate::report::TaskSpan;
use crate::timer::TimerEntry;
use crate::tracker::{Age, Claim, Hold, Isolated, Outcome, TaskSite};
use crate::util::{PackedDuration, Ticks};

/// The state of a task besides its body. It is small, because it is swapped around every poll, and allocated with the body.
pub(crate) struct TaskRecord {
    pub(crate) values: Option<Arc<Values>>,
    /// The deadline of the task and its context, set at the first await, or when its code asks for its context. While the
    /// task is queued, this is when it was called. For a task without a deadline, this is since when it is pending. For a
    /// packed task it may be the entry of its queue, which knows.
    pub(crate) deadline: Ticks,
    /// Boxed, because without a subscriber only few tasks need it.
    pub(crate) extra: Option<Box<Extra>>,
    pub(crate) queue_delay: PackedDuration,
    pub(crate) timing: Timing,
    pub(crate) stage: Stage,
    /// The isolation that its code runs in.
    pub(crate) isolated: Isolated,
}

/// The state of a task with a span, or whose code has asked for its context. Such a task may still end on the fast path.
#[derive(Default)]
pub(crate) struct Extra {
    pub(crate) span: TaskSpan,
    /// The cancellation of the contexts that its code has got.
    cancel: Option<Arc<Link>>,
    /// Its code has asked for its context.
    asked: bool,
    /// It has waited for the cancellation of its context.
    waited: bool,
    /// The rest of a packed task's record.
    rest: Option<Rest>,
    /// Boxed separately, so that a call with a span does not allocate it.
    pub(crate) cold: Option<Box<ColdState>>,
}

/// The state of a task that was cancelled, is shielded, has carriers, or is no plain call.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Default)]
pub(crate) struct ColdState {
    /// Empty while they are entered.
    pub(crate) carriers: Carriers,
    /// They are entered. The task's end is completed after they were left and dropped.
    carries: bool,
    pub(crate) leaves: Option<Leave>,
    /// Its own timeout, if it differs from its site's.
    pub(crate) timeout: Option<Duration>,
    /// It only starts other tasks, and is not counted itself.
    uncounted: bool,
    /// The process is of no use without it.
    essential: bool,
    /// Held until its end.
    _claim: Option<Claim>,
    /// The counters of detached work that count it, held until it has left.
    pub(crate) counted: Vec<CountedWork>,
    pub(crate) stop: StopReason,
    /// Its deadline is the end of a drain.
    pub(crate) is_cut_by_drain: bool,
    /// Its deadline has passed, and this was seen.
    pub(crate) is_over: bool,
    /// It is a worker, and a thread does its work.
    pub(crate) blocking: bool,
    /// A thread does its work still, after its end.
    pub(crate) thread_runs_on: bool,
    /// A drain has begun, and its context was cancelled for that.
    pub(crate) knows_of_drain: bool,
    /// Its own timer, if no timeout queue expires it.
    pub(crate) timer: Option<Pin<Box<Sleep>>>,
    /// Its first poll, if durations are measured.
    pub(crate) polled: Ticks,
    /// Its thread outlives it: the entry that the two share from now on.
    pub(crate) listed: Option<Key>,
    /// How many [`shield`](crate::shield) sections it is in.
    pub(crate) shields: u32,
    /// It waits for its next run, and its last run is counted: dropping it loses nothing.
    pub(crate) between_runs: bool,
    /// How many attempts have begun, if its function has a retry.
    pub(crate) attempts: u32,
    /// The timeout of its last attempt, if that exceeded it: nothing is left to run.
    pub(crate) overran: Option<Duration>,
    /// How many attempts its function has, if the timeout of the call had no room for the next one.
    pub(crate) no_room_of: Option<u32>,
}

/// What most packed tasks need not keep.
#[derive(Clone, Copy)]
struct Rest {
    deadline: Ticks,
    queue_delay: PackedDuration,
    timing: Timing,
    stage: Stage,
}

/// The counter and the exit for giving a task's place back.
pub(crate) struct Leave {
    /// The outcome to count, if any.
    pub(crate) counted: Option<Outcome>,
    pub(crate) exit: Option<(Exit, Age)>,
}

/// Why a task was cancelled, while its grace runs.
#[derive(Default)]
pub(crate) enum StopReason {
    #[default]
    None,
    Timeout,
    /// A drain.
    Drain,
    /// An abort by its handle, in a shielded section.
    Abort(CancelCause),
    /// A worker, because a drain began or the last owner was dropped.
    Ending(CancelCause),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It is queued.
    Queued,
    /// It has not been pending yet.
    Ready,
    /// It has been pending: a timeout queue or its tracker has its waker, and its timeout runs.
    Parked,
    Done,
}

/// When the timeout begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timing {
    /// At the first pending poll.
    Run,
    /// At the call, or when it leaves the queue, because a thread has no pending poll.
    Call,
    /// Never: it has no timeout, and ends when it is cancelled.
    Never,
}

impl Extra {
    pub(crate) fn of_loop(claim: Option<Claim>, uncounted: bool, essential: bool) -> Option<Box<Self>> {
        if claim.is_none() && !uncounted && !essential {
            return None;
        }
        let cold = ColdState { _claim: claim, uncounted, essential, ..ColdState::default() };
        Some(Box::new(Self { cold: Some(Box::new(cold)), ..Self::default() }))
    }

    pub(crate) fn cold(&mut self) -> &mut ColdState {
        self.cold.get_or_insert_default()
    }

    #[cold]
    #[inline(never)]
    #[allow(clippy::unnecessary_box_returns, reason = "it is in a box already")]
    fn with_rest(extra: Option<Box<Self>>, rest: Rest) -> Box<Self> {
        let mut extra = extra.unwrap_or_default();
        extra.rest = Some(rest);
        extra
    }
}

impl TaskRecord {
    /// The record for code outside of any task.
    pub(crate) const NONE: Self = Self {
        values: None,
        deadline: Ticks::NONE,
        extra: None,
        queue_delay: PackedDuration::ZERO,
        timing: Timing::Never,
        stage: Stage::Done,
        isolated: Isolated::PROCESS,
    };

    /// What is kept of it while its task is packed. The rest follows from how most tasks hold their place.
    #[inline(always)]
    pub(crate) fn packed(self, hold: Hold) -> (Option<Arc<Values>>, Option<Box<Extra>>) {
        let Self { values, deadline, extra, queue_delay, timing, stage, isolated: _ } = self;
        let follows = match stage {
            Stage::Ready => hold.is_light() && !deadline.is_set(),
            Stage::Parked => hold.entry().is_some(),
            Stage::Queued | Stage::Done => false,
        };
        if follows && timing == Timing::Run && extra.is_none() && queue_delay.is_zero() {
            return (values, None);
        }
        (values, Some(Extra::with_rest(extra, Rest { deadline, queue_delay, timing, stage })))
    }

    /// The record of a task that was packed.
    #[inline(always)]
    pub(crate) fn unpacked(
        values: Option<Arc<Values>>,
        extra: Option<Box<Extra>>,
        hold: Hold,
        isolated: Isolated,
    ) -> Self {
        let (deadline, stage) = match hold.entry() {
            None => (Ticks::NONE, Stage::Ready),
            Some(entry) => (entry.as_ticks(), Stage::Parked),
        };
        let (queue_delay, timing) = (PackedDuration::ZERO, Timing::Run);
        Self { values, deadline, extra, queue_delay, timing, stage, isolated }
    }

    /// After it was unpacked: what did not follow.
    #[cold]
    #[inline(never)]
    pub(crate) fn take_rest(&mut self) {
        if let Some(rest) = self.extra.as_mut().and_then(|extra| extra.rest.take()) {
            let Rest { deadline, queue_delay, timing, stage } = rest;
            (self.deadline, self.queue_delay, self.timing, self.stage) = (deadline, queue_delay, timing, stage);
        }
    }

    /// The entry of its queue, if only that knows its deadline.
    #[inline]
    pub(crate) fn deferred(&self) -> Option<TimerEntry> {
        TimerEntry::of_ticks(self.deadline)
    }

    /// Sets its deadline, which was deferred. Its queue knows since when it is pending.
    pub(crate) fn settle(&mut self, site: &TaskSite, since: Ticks) {
        self.deadline = if self.timing == Timing::Never { since } else { since.after(self.timeout(site)) };
    }

    /// The cold state, which is allocated if necessary.
    pub(crate) fn cold(&mut self) -> &mut ColdState {
        self.extra.get_or_insert_default().cold()
    }

    #[inline]
    pub(crate) fn cold_state(&self) -> Option<&ColdState> {
        self.extra.as_ref()?.cold.as_deref()
    }

    #[inline]
    pub(crate) fn span(&mut self) -> Option<&mut TaskSpan> {
        self.extra.as_mut().map(|extra| &mut extra.span)
    }

    /// Puts back the span that was taken. Not inlined, because it would be in each function's poll.
    #[inline(never)]
    pub(super) fn put_span(&mut self, span: TaskSpan) {
        self.extra.get_or_insert_default().span = span;
    }

    /// Whether it has carriers that are not entered.
    #[inline]
    pub(crate) fn carries(&self) -> bool {
        self.cold_state().is_some_and(|cold| !cold.carriers.is_empty())
    }

    /// Whether its carriers are entered.
    pub(crate) fn is_carrying(&self) -> bool {
        self.cold_state().is_some_and(|cold| cold.carries)
    }

    /// Takes its carriers, to be entered. The caller must put them back.
    pub(crate) fn take_carriers(&mut self) -> Carriers {
        let cold = self.cold();
        cold.carries = true;
        mem::take(&mut cold.carriers)
    }

    /// Puts the carriers back. If the task has ended, returns them, to be dropped before its place is given back.
    pub(crate) fn put_carriers(&mut self, carriers: Carriers) -> Option<(Carriers, Leave)> {
        let cold = self.cold();
        cold.carries = false;
        if let Some(leave) = cold.leaves.take() {
            return Some((carriers, leave));
        }
        cold.carriers = carriers;
        None
    }

    pub(crate) fn is_counted(&self) -> bool {
        !self.cold_state().is_some_and(|cold| cold.uncounted)
    }

    pub(crate) fn is_essential(&self) -> bool {
        self.cold_state().is_some_and(|cold| cold.essential)
    }

    pub(crate) fn is_between_runs(&self) -> bool {
        self.cold_state().is_some_and(|cold| cold.between_runs)
    }

    /// How many attempts have begun. Zero without a retry.
    pub(crate) fn attempts(&self) -> u32 {
        self.cold_state().map_or(0, |cold| cold.attempts)
    }

    /// The timeout that its last attempt exceeded.
    pub(crate) fn overran(&self) -> Option<Duration> {
        self.cold_state().and_then(|cold| cold.overran)
    }

    pub(crate) fn is_shielded(&self) -> bool {
        self.cold_state().is_some_and(|cold| cold.shields > 0)
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cold_state().is_some_and(|cold| !matches!(cold.stop, StopReason::None))
    }

    /// Whether a thread does its work. Then its timeout counts from the call.
    pub(crate) fn is_blocking(&self) -> bool {
        self.timing == Timing::Call || self.cold_state().is_some_and(|cold| cold.blocking)
    }

    pub(crate) fn is_cut_by_drain(&self) -> bool {
        self.cold_state().is_some_and(|cold| cold.is_cut_by_drain)
    }

    pub(crate) fn stop(&self) -> &StopReason {
        self.cold_state().map_or(&StopReason::None, |cold| &cold.stop)
    }

    /// Its own timeout, if it differs from its site's.
    pub(crate) fn own_timeout(&self) -> Option<Duration> {
        self.cold_state().and_then(|cold| cold.timeout)
    }

    pub(crate) fn timeout(&self, site: &TaskSite) -> Duration {
        self.own_timeout().unwrap_or_else(|| site.default_timeout())
    }

    pub(crate) fn set_deadline(&mut self, site: &TaskSite) -> Ticks {
        if self.timing != Timing::Never && !self.deadline.is_set() {
            self.deadline = Ticks::now().after(self.timeout(site));
        }
        self.own_deadline()
    }

    /// The deadline. Without one, the field holds another time.
    fn own_deadline(&self) -> Ticks {
        if self.timing == Timing::Never { Ticks::NONE } else { self.deadline }
    }

    fn link(&mut self) -> &Arc<Link> {
        let drains_at = if self.is_cut_by_drain() { self.own_deadline().instant() } else { None };
        let new = || Link::of_task(drains_at);
        self.extra.get_or_insert_default().cancel.get_or_insert_with(new)
    }

    /// The task's context. Its cancellation (an allocation) and its deadline (a read of the clock) are made at the first
    /// call.
    pub(crate) fn context(&mut self, site: &TaskSite) -> Context {
        let deadline = self.set_deadline(site).instant();
        let cancel = Some(Arc::clone(self.link()));
        self.extra.get_or_insert_default().asked = true;
        Context::of(self.values.clone(), deadline, cancel)
    }

    /// Whether its code has asked for its context, and so may wait for its cancellation.
    pub(crate) fn has_asked(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.asked)
    }

    /// It waits for the cancellation of a context, which may be its own.
    pub(super) fn waits(&mut self, context: &Context) {
        if let Some(extra) = self.extra.as_mut() {
            let own = extra.cancel.as_ref().zip(context.cancel.as_ref());
            extra.waited |= own.is_some_and(|(own, other)| Arc::ptr_eq(own, other));
        }
    }

    /// Whether it has waited for its own cancellation.
    pub(crate) fn has_waited(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.waited)
    }

    /// Whether the context is this task's own, whose deadline the task's timer covers.
    pub(super) fn keeps(&self, context: &Context) -> bool {
        let own = self.extra.as_ref().and_then(|extra| extra.cancel.as_ref());
        let is_own = own.zip(context.cancel.as_ref()).is_some_and(|(own, other)| Arc::ptr_eq(own, other));
        is_own && self.stage != Stage::Done && self.own_deadline().instant() == context.deadline
    }

    /// Cancels its context.
    pub(crate) fn cancel(&mut self, site: &TaskSite, cause: CancelCause) {
        self.set_deadline(site);
        self.link().signal().cancel(cause);
    }

    /// The task has ended, and a drain still waits for it: cancels its contexts, and closes its span.
    #[inline]
    pub(crate) fn close(&mut self) {
        if let Some(extra) = &mut self.extra {
            // Often its code has let its contexts go, and nobody is left to see it.
            if let Some(link) = extra.cancel.as_ref().filter(|link| Arc::strong_count(link) > 1) {
                link.signal().cancel(CancelCause::Disconnected);
            }
            extra.span.close();
        }
    }

    /// Since when it is queued, or pending in its body.
    pub(crate) fn since(&self, site: &TaskSite) -> Ticks {
        match self.stage {
            Stage::Queued => self.deadline,
            Stage::Ready if self.timing != Timing::Call => Ticks::NONE,
            _ if self.timing == Timing::Never => self.deadline,
            _ => self.deadline.before(self.timeout(site)),
        }
    }
}
