//! An entry of the registry: the call, its state, and the signals for its task.

use std::task::Waker;
use std::time::Duration;

use super::types::{Exit, Kind, Request};

pub(super) struct Entry<I, C, N> {
    pub(super) info: I,
    /// The id by which its handle finds it, because a handle's key may be so old that its generation was reused.
    pub(super) id: Option<N>,
    pub(super) grace: Duration,
    pub(super) state: EntryState,
    /// How many hold the place. A task that ends before its thread, which cannot be stopped, shares it with that.
    pub(super) holders: u8,
    pub(super) kept: bool,
    pub(super) kind: Kind,
    pub(super) progress: Progress,
    /// Its handle was dropped, and the task has to know.
    pub(super) handle_dropped: bool,
    pub(super) abort: Option<C>,
    pub(super) exit: Option<(Exit, Duration)>,
    pub(super) waker: Option<Waker>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EntryState {
    /// Has a place, and may have begun.
    Running,
    Waiting,
    /// Not admitted yet: the caller waits for a place, and holds the arguments.
    Acquiring,
    /// Was queued, and the queue was closed. It is live until its task has seen that.
    QueueEnded,
    /// Was acquiring, and was refused.
    Refused,
}

/// How far the caller, and then the task, have come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Progress {
    /// The caller has not polled since it asked for a place.
    Unclaimed,
    /// The caller knows that it is admitted: it made the call, or has polled.
    Claimed,
    /// It was admitted without a wait, or has been polled since it got its place: its code may run.
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
                EntryState::Running => Progress::Begun,
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

    /// Whether it is admitted, and has not begun to run.
    pub(super) fn has_yet_to_begin(&self) -> bool {
        !self.has_begun() && !matches!(self.state, EntryState::Acquiring | EntryState::Refused)
    }
}
