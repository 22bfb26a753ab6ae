//! The exchange between a task and its blocking thread: the work, and its result. No pool, no user code.
//!
//! Invariants, all under the one lock:
//!
//! 1. The work is taken once: by the thread, which begins it, or by the ending task, which drops it.
//! 2. The result is taken by the task, or dropped by the ending task, or returned to the thread as too late.
//! 3. After the task has ended, this is empty, and stays empty.
//!
//! So the side that drops a value still holds its place. Values are dropped after the lock is released.

use std::mem;

use crate::util::sync::{Mutex, lock};

pub(super) struct Handover<W, V> {
    stage: Mutex<Stage<W, V>>,
}

enum Stage<W, V> {
    /// The work has not begun.
    Waiting(W),
    /// The thread runs the work, or the task has taken the result.
    Taken,
    Given(V),
    /// The task has ended.
    Gone,
}

impl<W, V> Handover<W, V> {
    pub(super) fn new(work: W) -> Self {
        Self { stage: Mutex::new(Stage::Waiting(work)) }
    }

    /// For the task: changes the work before the thread takes it. `change` runs under the lock, so it runs no user code.
    pub(super) fn prepare(&self, change: impl FnOnce(&mut W)) {
        if let Stage::Waiting(work) = &mut *lock(&self.stage) {
            change(work);
        }
    }

    /// For the thread: takes the work, if the task has not ended.
    pub(super) fn begin(&self) -> Option<W> {
        self.take(|stage| match stage {
            Stage::Waiting(work) => Ok(work),
            other => Err(other),
        })
    }

    /// For the thread: delivers the result. `Err` returns it if the task has ended before.
    pub(super) fn give(&self, value: V) -> Result<(), V> {
        let mut stage = lock(&self.stage);
        if let Stage::Gone = *stage {
            return Err(value);
        }
        *stage = Stage::Given(value);
        Ok(())
    }

    /// For the task: takes the thread's result.
    pub(super) fn receive(&self) -> Option<V> {
        self.take(|stage| match stage {
            Stage::Given(value) => Ok(value),
            other => Err(other),
        })
    }

    /// For the task: its end. Drops the work or the result that is here. Returns whether the thread runs the work, or the task
    /// has taken its result.
    pub(super) fn leave(&self) -> bool {
        let left = mem::replace(&mut *lock(&self.stage), Stage::Gone);
        matches!(left, Stage::Taken)
    }

    fn take<R>(&self, of: impl FnOnce(Stage<W, V>) -> Result<R, Stage<W, V>>) -> Option<R> {
        let mut stage = lock(&self.stage);
        match of(mem::replace(&mut *stage, Stage::Taken)) {
            Ok(taken) => Some(taken),
            Err(other) => {
                *stage = other;
                None
            }
        }
    }
}
