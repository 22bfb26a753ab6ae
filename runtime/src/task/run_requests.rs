//! How a loop is asked to run now, and whom its runs tell of their end. No clock, no runtime, no user code.
//!
//! Invariants, all under the one lock:
//!
//! 1. Who asks while a run is under way shares that run. Who asks in between shares the next run, which the loop begins as
//!    soon as it sees that it has been asked.
//! 2. A ticket is given back once: by the end of its run, or, where that never began, by the end of the loop.
//! 3. Once the loop has ended, nobody gets a ticket. A run that goes on by itself still gives its own back.
//!
//! Wakers are woken and dropped after the lock is released.

use std::sync::Arc;
use std::task::Waker;

use crate::util::sync::{Mutex, lock};

/// `T` is what those who ask for the same run have in common.
pub(super) struct RunRequests<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    /// Of the run that is under way, or else of the one that is asked for.
    ticket: Option<Arc<T>>,
    is_under_way: bool,
    has_ended: bool,
    /// The loop's, while it waits.
    waker: Option<Waker>,
}

impl<T> RunRequests<T> {
    pub(super) fn new() -> Self {
        let state = State { ticket: None, is_under_way: false, has_ended: false, waker: None };
        Self { state: Mutex::new(state) }
    }

    /// Asks for a run. `None` where the loop has ended.
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

    /// For the loop, between two runs: whether it has been asked. If not, `waker` is woken when it is.
    pub(super) fn is_asked(&self, waker: &Waker) -> bool {
        let mut state = lock(&self.state);
        if state.ticket.is_some() {
            return true;
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

    /// It has ended. Whoever has the ticket is to be told how.
    pub(super) fn end(&self) -> Option<Arc<T>> {
        let mut state = lock(&self.state);
        state.is_under_way = false;
        state.ticket.take()
    }

    /// The loop has ended. Whoever has the ticket has asked in vain.
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
