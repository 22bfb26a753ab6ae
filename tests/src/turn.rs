//! What is one for the whole process.

use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());

/// The tests of a file run side by side in one process, and the counters of a function are one for all of them. Those that compare
/// counters of functions that others call take turns, as long as each holds this.
pub struct Turn(#[allow(dead_code, reason = "it is held")] MutexGuard<'static, ()>);

impl Turn {
    /// Blocks until it is this test's. One that has failed is over, too.
    #[must_use = "the turn is over when it is dropped"]
    pub fn take() -> Self {
        Self(TURN.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
