//! The parameters and results of an admission.

use std::ops::AddAssign;
use std::time::Duration;

use super::key::Key;

/// How a task ends, and whether it needs an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Ends by itself. To abort it, tokio drops its future. It has an entry only while it is queued.
    Light,
    /// Ends by itself, and keeps its entry: a call that has waited to be admitted, and a thread that outlives its task.
    Bounded,
    /// Ends when it is cancelled: at the start of a drain, or when the last owner is dropped. It keeps its entry: a loop, and
    /// a worker that is restarted or has a thread.
    Worker,
    /// As a `Worker`, but with an entry only while it is queued. Whoever advances the phase, or drops the last owner, has
    /// to wake it.
    LightWorker,
    /// Ends by itself, in its loop's place. It has no entry.
    Run,
}

impl Kind {
    /// Whether it has an entry only while it is queued.
    pub(super) fn is_light(self) -> bool {
        matches!(self, Self::Light | Self::LightWorker | Self::Run)
    }

    /// Whether it ends when it is cancelled.
    pub(super) fn is_worker(self) -> bool {
        matches!(self, Self::Worker | Self::LightWorker)
    }
}

/// How far a drain has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Phase {
    Open,
    /// Calls from outside are refused.
    Closing,
    /// The tasks were cancelled, and no task begins any more.
    Cancelled,
    /// The tasks are to be dropped.
    Dropped,
}

/// A call that asks to be admitted.
#[derive(Clone, Copy)]
pub(crate) struct Request<I> {
    pub(crate) info: I,
    pub(crate) grace: Duration,
    /// A running task of this tracker makes the call. A drain admits it until it cancels the tasks.
    pub(crate) kept: bool,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    Full,
    Draining,
    OwnerGone,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Admitted {
    /// The key of its entry, if it has one.
    pub(crate) key: Option<Key>,
    pub(crate) queued: bool,
    /// A drain has begun, and admits this call.
    pub(crate) draining: bool,
    /// It is in its loop's place: see [`Admission::leave_loop`](super::Admission::leave_loop).
    pub(crate) in_loop: bool,
}

impl Admitted {
    /// Admitted through the gate alone.
    pub(crate) const UNCONTENDED: Self = Self { key: None, queued: false, draining: false, in_loop: false };

    /// A loop's run, admitted without the lock.
    pub(crate) const IN_LOOP: Self = Self { in_loop: true, ..Self::UNCONTENDED };

    /// Whether it is a loop's run, and no drain has begun.
    pub(crate) fn is_in_loop_at_once(&self) -> bool {
        self.in_loop && !self.draining
    }
}

/// How a task ended, as a drain reports it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// By itself, and well.
    Finished,
    /// By itself, and not well.
    Failed(Failing),
    /// The drain cancelled it, and it ended within its grace; and how, if not well.
    Cancelled(Option<Failing>),
    /// A worker without a grace was dropped when it was cancelled, as it asked for.
    Dropped,
    Aborted,
    NeverStarted,
}

/// How a task that was not dropped did not end well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Failing {
    /// With an `Err`.
    Failed,
    TimedOut,
    Panicked,
}

/// How many tasks ended by themselves, and not well.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Failings {
    pub(crate) failed: usize,
    pub(crate) timed_out: usize,
    pub(crate) panicked: usize,
}

impl Failings {
    pub(crate) fn sum(self) -> usize {
        self.failed + self.timed_out + self.panicked
    }

    pub(crate) fn add(&mut self, how: Failing) {
        match how {
            Failing::Failed => self.failed += 1,
            Failing::TimedOut => self.timed_out += 1,
            Failing::Panicked => self.panicked += 1,
        }
    }
}

impl AddAssign for Failings {
    fn add_assign(&mut self, other: Self) {
        self.failed += other.failed;
        self.timed_out += other.timed_out;
        self.panicked += other.panicked;
    }
}

/// The result of polling a queued task.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn<C> {
    Wait,
    /// It has a place. The key is that of its entry, if it keeps one.
    Go(Option<Key>),
    /// Its wait was ended, for this reason.
    Refused(Refusal),
    Aborted(C),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Signals<C> {
    pub(crate) phase: Phase,
    /// The last owner was dropped.
    pub(crate) owner_gone: bool,
    pub(crate) abort: Option<C>,
}

impl<C> Signals<C> {
    /// Whether they ask nothing of the task.
    #[inline]
    pub(crate) fn is_quiet(&self) -> bool {
        self.phase == Phase::Open && !self.owner_gone && self.abort.is_none()
    }
}

/// The signals that a task without an entry reads at its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LastSignals<C> {
    /// The cause, if its handle has aborted it.
    pub(crate) abort: Option<C>,
    /// Its handle was dropped, so nobody takes its result.
    pub(crate) handle_dropped: bool,
}

/// How full it is, at one moment.
pub(crate) struct Occupancy {
    /// How many tasks may run. `usize::MAX` means no bound.
    pub(crate) running_limit: usize,
    /// How many may wait for their turn.
    pub(crate) waiting_limit: usize,
    /// How many places are taken.
    pub(crate) running: usize,
    /// How many wait for their turn.
    pub(crate) waiting: usize,
    /// How many callers wait to be admitted.
    pub(crate) acquiring: usize,
    pub(crate) owner_gone: bool,
}

/// The tasks at one moment. Together with the tasks that ended before the drain, `finished`, `exits`, `present` and
/// `unlisted` are all admitted tasks.
pub(crate) struct Snapshot<I> {
    /// How many ended by themselves since the drain began.
    pub(crate) finished: usize,
    /// How many of these did not end well.
    pub(crate) failings: Failings,
    /// How many calls were refused since the drain began.
    pub(crate) refused: usize,
    /// The tasks that ended without finishing, with their ages.
    pub(crate) exits: Vec<(I, Exit, Duration)>,
    /// The tasks with an entry, and whether each has not begun yet.
    pub(crate) present: Vec<(I, bool)>,
    /// How many tasks run without an entry.
    pub(crate) unlisted: usize,
}
