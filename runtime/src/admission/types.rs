//! What callers and tasks say to an admission, and what they are answered.

use std::time::Duration;

use super::key::Key;

/// How long a task means to stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Ends by itself, and needs nothing but its future dropped: tokio's own abort does that. It has an entry only while it
    /// is queued.
    Light,
    /// The same, and keeps its entry: a blocking call.
    Bounded,
    /// Ends when it is cancelled: at a drain's start, or when the last owner goes.
    Worker,
    /// Ends by itself, in the place of the loop that has started it.
    Run,
}

/// How far a drain has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Phase {
    Open,
    /// Outside calls are refused.
    Closing,
    /// The tasks have been cancelled; nothing begins any more.
    Cancelled,
    /// The tasks are to be dropped.
    Dropped,
}

/// A call that asks to be admitted.
#[derive(Clone, Copy)]
pub(crate) struct Request<I> {
    pub(crate) info: I,
    pub(crate) grace: Duration,
    /// A live task of this tracker makes the call: a drain lets it pass until it cancels the tasks.
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
    /// Of its entry, where it has one.
    pub(crate) key: Option<Key>,
    pub(crate) queued: bool,
    /// A drain has begun, and lets this call pass.
    pub(crate) draining: bool,
}

impl Admitted {
    /// By the gate alone.
    pub(crate) const UNCONTENDED: Self = Self { key: None, queued: false, draining: false };
}

/// How a task ended, as a drain reports it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    Finished,
    Cancelled,
    Aborted,
    NeverStarted,
}

/// What a queued task finds when it looks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn<C> {
    Wait,
    /// With its entry, where it keeps one.
    Go(Option<Key>),
    /// Its wait was ended, and why.
    Refused(Refusal),
    Aborted(C),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Signals<C> {
    pub(crate) phase: Phase,
    /// The last owner has gone.
    pub(crate) owner_gone: bool,
    pub(crate) abort: Option<C>,
}

impl<C> Signals<C> {
    /// There is nothing to see to.
    #[inline]
    pub(crate) fn is_quiet(&self) -> bool {
        self.phase == Phase::Open && !self.owner_gone && self.abort.is_none()
    }
}

/// What a task without an entry finds as it ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LastSignals<C> {
    /// Its handle has asked for it.
    pub(crate) abort: Option<C>,
    /// Nobody will take what it gives.
    pub(crate) handle_dropped: bool,
}

/// How full it is, at one moment.
pub(crate) struct Census {
    /// How many may run. `usize::MAX` is no bound.
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

/// What there is at one moment. With those who left before the drain began, `finished`, `exits`, `present` and `unlisted`
/// together are everybody who was admitted.
pub(crate) struct Snapshot<I> {
    /// Since the drain began.
    pub(crate) finished: usize,
    /// Calls, since the drain began.
    pub(crate) refused: usize,
    /// Everybody who left otherwise than by finishing, with its age.
    pub(crate) exits: Vec<(I, Exit, Duration)>,
    /// Everybody who has an entry, and whether it has yet to begin.
    pub(crate) present: Vec<(I, bool)>,
    /// How many run without an entry.
    pub(crate) unlisted: usize,
}
