//! What a task is, beside its body: its future keeps it, and lends it to the task's own code while that runs.

use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Sleep;

use super::carriers::Carriers;
use crate::admission::Exit;
use crate::context::{Context, CountedWork, Link, Values};
use crate::error::CancelCause;
use crate::report::TaskSpan;
use crate::tracker::{Age, Claim, Isolated, Outcome, TaskSite};
use crate::util::{Brief, Ticks};

/// Small: it is exchanged around every poll, moved with the body, and lies in memory as long as that.
pub(crate) struct TaskRecord {
    pub(crate) values: Option<Arc<Values>>,
    /// Its context's, and so its own: from the first await on, or where its code has asked. While it is queued, when it
    /// came. Of one that has none, since when it waits in its body.
    pub(crate) deadline: Ticks,
    /// Boxed: without a subscriber only few tasks need it.
    pub(crate) extra: Option<Box<Extra>>,
    pub(crate) queue_delay: Brief,
    pub(crate) timing: Timing,
    pub(crate) stage: Stage,
    /// Whose statics its code means.
    pub(crate) isolated: Isolated,
}

/// What a task has only where it is watched, or where its code has asked for its context. It may still end in the plain way.
#[derive(Default)]
pub(crate) struct Extra {
    pub(crate) span: TaskSpan,
    /// What its code has been given to see its cancellation by.
    cancel: Option<Arc<Link>>,
    /// Boxed again: a call under a subscriber allocates what is above, not what is below.
    pub(crate) cold: Option<Box<ColdState>>,
}

/// What a task has only where it is cancelled, shielded, carries something, or is no plain call.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Default)]
pub(crate) struct ColdState {
    /// Taken out while they are entered.
    pub(crate) carriers: Carriers,
    /// They are entered: what is left of the task's end is done when they have been left, and dropped.
    carries: bool,
    pub(crate) leaves: Option<Leave>,
    /// Where it is not its site's.
    pub(crate) timeout: Option<Duration>,
    /// What only starts others is not counted itself.
    uncounted: bool,
    /// The process is of no use without it.
    essential: bool,
    /// Held until its end.
    _claim: Option<Claim>,
    /// Held until it has left: those who count it wait for its end.
    pub(crate) counted: Vec<CountedWork>,
    pub(crate) stop: StopReason,
    /// Its time is what a drain has left for it.
    pub(crate) is_cut_by_drain: bool,
    /// Its time has been seen to be over.
    pub(crate) is_over: bool,
    /// It is a worker, and a thread does its work.
    pub(crate) blocking: bool,
    /// A drain has begun, and its thread knows.
    pub(crate) is_told: bool,
    /// Where its queue does not expire it.
    pub(crate) timer: Option<Pin<Box<Sleep>>>,
    /// Its first poll, where durations are taken.
    pub(crate) polled: Ticks,
    /// How many [`shield`](crate::shield) sections it is in.
    pub(crate) shields: u32,
    /// It is to run again, and what has run is counted: nothing is lost with it.
    pub(crate) between_runs: bool,
    /// How many attempts have begun, where its function is tried again.
    pub(crate) attempts: u32,
    /// The time of its last attempt, which ran over it: nothing is left to run.
    pub(crate) overran: Option<Duration>,
}

/// How a task's place is given back.
pub(crate) struct Leave {
    /// As what it is counted.
    pub(crate) counted: Option<Outcome>,
    pub(crate) exit: Option<(Exit, Age)>,
}

/// Why a task has been cancelled, and its grace runs.
#[derive(Default)]
pub(crate) enum StopReason {
    #[default]
    None,
    Timeout,
    /// A drain.
    Drain,
    /// Its handle, while it was in a shielded section.
    Abort(CancelCause),
    /// It is a worker, which ends when it is cancelled.
    Ending(CancelCause),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Waits for its turn.
    Queued,
    /// Has not had to wait yet.
    Ready,
    /// Has waited: a timeout queue or its tracker has its waker, and its time runs.
    Parked,
    Done,
}

/// From when the timeout counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timing {
    /// From the first poll that has to wait.
    Run,
    /// From the call, or the end of its wait in the queue: a thread cannot be seen to wait.
    Call,
    /// There is none: it ends when it is cancelled.
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
}

impl TaskRecord {
    /// What stands for a task where there is none.
    pub(crate) const NONE: Self = Self {
        values: None,
        deadline: Ticks::NONE,
        extra: None,
        queue_delay: Brief::ZERO,
        timing: Timing::Never,
        stage: Stage::Done,
        isolated: Isolated::PROCESS,
    };

    /// Made where it is not there.
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

    /// Has it carriers that are not entered?
    #[inline]
    pub(crate) fn carries(&self) -> bool {
        self.cold_state().is_some_and(|cold| !cold.carriers.is_empty())
    }

    /// Are its carriers entered?
    pub(crate) fn is_carrying(&self) -> bool {
        self.cold_state().is_some_and(|cold| cold.carries)
    }

    /// Its carriers, to be entered. They have to be put back.
    pub(crate) fn take_carriers(&mut self) -> Carriers {
        let cold = self.cold();
        cold.carries = true;
        mem::take(&mut cold.carriers)
    }

    /// They have been left. Gives them back where the task has ended, and they are to go before its place does.
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

    /// How many attempts have begun. None where its function is not tried again.
    pub(crate) fn attempts(&self) -> u32 {
        self.cold_state().map_or(0, |cold| cold.attempts)
    }

    /// The time that its last attempt ran over.
    pub(crate) fn overran(&self) -> Option<Duration> {
        self.cold_state().and_then(|cold| cold.overran)
    }

    pub(crate) fn is_shielded(&self) -> bool {
        self.cold_state().is_some_and(|cold| cold.shields > 0)
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cold_state().is_some_and(|cold| !matches!(cold.stop, StopReason::None))
    }

    /// A thread does its work. A call's time counts from the call then.
    pub(crate) fn is_blocking(&self) -> bool {
        self.timing == Timing::Call || self.cold_state().is_some_and(|cold| cold.blocking)
    }

    pub(crate) fn is_cut_by_drain(&self) -> bool {
        self.cold_state().is_some_and(|cold| cold.is_cut_by_drain)
    }

    pub(crate) fn stop(&self) -> &StopReason {
        self.cold_state().map_or(&StopReason::None, |cold| &cold.stop)
    }

    /// Its own, where it is not its site's.
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

    fn own_deadline(&self) -> Ticks {
        if self.timing == Timing::Never { Ticks::NONE } else { self.deadline }
    }

    fn link(&mut self) -> &Arc<Link> {
        let drains_at = if self.is_cut_by_drain() { self.own_deadline().instant() } else { None };
        let new = || drains_at.map_or_else(|| Link::new(Arc::default(), None), Link::until);
        self.extra.get_or_insert_default().cancel.get_or_insert_with(new)
    }

    /// Its cancellation (an allocation) and its deadline (a look at the clock) are made when they are first asked for.
    pub(crate) fn context(&mut self, site: &TaskSite) -> Context {
        let deadline = self.set_deadline(site).instant();
        let cancel = Some(Arc::clone(self.link()));
        Context { values: self.values.clone(), deadline, cancel }
    }

    /// Whether it is this task's, which is going to keep its deadline.
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

    /// It has ended, while a drain still waits: cancels those that its code has left behind, and closes its span.
    #[inline]
    pub(crate) fn close(&mut self) {
        if let Some(extra) = &mut self.extra {
            if let Some(link) = &extra.cancel {
                link.signal().cancel(CancelCause::Disconnected);
            }
            extra.span.close();
        }
    }

    /// Since when it waits: for its turn, or in its body.
    pub(crate) fn since(&self, site: &TaskSite) -> Ticks {
        match self.stage {
            Stage::Queued => self.deadline,
            Stage::Ready if self.timing != Timing::Call => Ticks::NONE,
            _ if self.timing == Timing::Never => self.deadline,
            _ => self.deadline.before(self.timeout(site)),
        }
    }
}
