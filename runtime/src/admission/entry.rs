//! An entry of the registry: the request, how far it has come, and what its task has to be signalled.

use std::task::Waker;
use std::time::Duration;

use super::types::{Exit, Kind, Request};

pub(super) struct Entry<I, C, N> {
    pub(super) info: I,
    /// By which its handle finds it. A handle's key may be older than the generations of a slot can tell apart.
    pub(super) id: Option<N>,
    pub(super) grace: Duration,
    pub(super) state: EntryState,
    /// A blocking call has two: the task that waits, and the thread that cannot be stopped.
    pub(super) holders: u8,
    pub(super) kept: bool,
    pub(super) kind: Kind,
    pub(super) progress: Progress,
    /// Its handle has been dropped, and the task wants to know.
    pub(super) handle_dropped: bool,
    pub(super) abort: Option<C>,
    pub(super) exit: Option<(Exit, Duration)>,
    pub(super) waker: Option<Waker>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EntryState {
    /// Has a place, whether it has begun or not.
    Running,
    Waiting,
    /// Not admitted: the caller waits for a place, and goes on holding the arguments.
    Acquiring,
    /// Was queued, and its wait was ended: live until it has seen that.
    QueueEnded,
    /// Was acquiring, and is refused.
    Refused,
    /// Runs in a place that is not its own.
    InLoop,
}

/// How far its caller, and then its task, have come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Progress {
    /// The caller has not looked since it asked for a place.
    Unclaimed,
    /// The caller knows that it is admitted: it made the call, or has looked.
    Claimed,
    /// It was admitted without a wait, or has looked since its turn came: its code may run.
    Begun,
}

impl<I, C, N> Entry<I, C, N> {
    pub(super) fn new(request: Request<I>, state: EntryState) -> Self {
        let Request { info, grace, kept, kind } = request;
        Self {
            info,
            id: None,
            grace,
            state,
            holders: 1,
            kept,
            kind,
            progress: match state {
                EntryState::Running | EntryState::InLoop => Progress::Begun,
                EntryState::Waiting | EntryState::QueueEnded => Progress::Claimed,
                EntryState::Acquiring | EntryState::Refused => Progress::Unclaimed,
            },
            handle_dropped: false,
            abort: None,
            exit: None,
            waker: None,
        }
    }

    pub(super) fn has_begun(&self) -> bool {
        self.progress == Progress::Begun
    }

    pub(super) fn is_claimed(&self) -> bool {
        self.progress >= Progress::Claimed
    }

    /// It counts as admitted, and has run nothing.
    pub(super) fn has_yet_to_begin(&self) -> bool {
        !self.has_begun() && !matches!(self.state, EntryState::Acquiring | EntryState::Refused)
    }
}
