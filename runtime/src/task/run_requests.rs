//! Requests for a run of a loop, and the delivery of the run's result. No clock, no runtime, no user code.
//!
//! Invariants, all under the one lock:
//!
//! 1. A request during a run shares that run. A request between two runs shares the next run, which the loop begins as soon
//!    as it sees the request.
//! 2. A ticket is completed once: by the end of its run or, if that never begins, by the end of the loop.
//! 3. After the end of the loop, a request gets no ticket. A run that outlives the loop still completes its ticket.
//!
//! Wakers are woken and dropped after the lock is released.

use std::sync::Arc;
use std::task::Waker;

use crate::util::sync::{Mutex, lock};

/// The requests for a loop's runs. `T` is the ticket that all requests of one run share.
pub(super) struct RunRequests<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    /// The ticket of the current run or, without one, of the requested run.
    ticket: Option<Arc<T>>,
    is_under_way: bool,
    has_ended: bool,
    /// The loop's waker, while it waits.
    waker: Option<Waker>,
}

impl<T> RunRequests<T> {
    pub(super) fn new() -> Self {
        let state = State { ticket: None, is_under_way: false, has_ended: false, waker: None };
        Self { state: Mutex::new(state) }
    }

    /// Requests a run. `None` if the loop has ended.
    pub(super) fn ask(&self, new: impl FnOnce() -> T) -> Option<Arc<T>> {
        let mut state = lock(&self.state);
        if state.has_ended {
            return None;
        }
        if let Some(ticket) = &state.ticket {
            return Some(Arc::clone(ticket));
        }
        let ticket = Arc::new(new());
        state.ticket = Some(Arc::clone(&ticket));
        let waker = if state.is_under_way { None } else { state.waker.take() };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        Some(ticket)
    }

    /// For the loop, between two runs: whether a run is requested. If not, a request wakes `waker`.
    pub(super) fn is_asked(&self, waker: &Waker) -> bool {
        let mut state = lock(&self.state);
        if state.ticket.is_some() {
            return true;
        }
        if state.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            return false;
        }
        let before = state.waker.replace(waker.clone());
        drop(state);
        drop(before);
        false
    }

    /// A run begins.
    pub(super) fn begin(&self) {
        lock(&self.state).is_under_way = true;
    }

    /// A run has ended. The caller must complete the ticket with its result.
    pub(super) fn end(&self) -> Option<Arc<T>> {
        let mut state = lock(&self.state);
        state.is_under_way = false;
        state.ticket.take()
    }

    /// The loop has ended. The caller must complete the ticket with an error.
    pub(super) fn close(&self) -> Option<Arc<T>> {
        let mut state = lock(&self.state);
        state.has_ended = true;
        let waker = state.waker.take();
        let ticket = if state.is_under_way { None } else { state.ticket.take() };
        drop(state);
        drop(waker);
        ticket
    }
}
