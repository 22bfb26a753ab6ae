//! What a task and the thread that works for it hand to each other: the work, and what it gives. No pool, no user code.
//!
//! Invariants, all under the one lock:
//!
//! 1. The work is taken once: by the thread, which begins it, or by the task, which has gone and lets it go.
//! 2. What the thread gives is taken by the task, or let go by the task as it goes, or given back to the thread as late.
//! 3. Once the task has gone, nothing is left here, and nothing is put here.
//!
//! So whoever lets something go does that where it still holds its place. Values are dropped after the lock is released.

use std::mem;

use crate::util::sync::{Mutex, lock};

pub(super) struct Handover<W, V> {
    stage: Mutex<Stage<W, V>>,
}

enum Stage<W, V> {
    /// Nobody has begun the work.
    Waiting(W),
    /// The thread is at work, or the task has what it gave.
    Taken,
    Given(V),
    /// The task has ended, whatever the thread does.
    Gone,
}

impl<W, V> Handover<W, V> {
    pub(super) fn new(work: W) -> Self {
        Self { stage: Mutex::new(Stage::Waiting(work)) }
    }

    /// For the task, before the thread: what is to be done to the work. No code of a user's.
    pub(super) fn prepare(&self, change: impl FnOnce(&mut W)) {
        if let Stage::Waiting(work) = &mut *lock(&self.stage) {
            change(work);
        }
    }

    /// For the thread: the work, if the task has not gone.
    pub(super) fn begin(&self) -> Option<W> {
        self.take(|stage| match stage {
            Stage::Waiting(work) => Ok(work),
            other => Err(other),
        })
    }

    /// For the thread: what it gives. It has it back where the task has gone: it is late.
    pub(super) fn give(&self, value: V) -> Result<(), V> {
        let mut stage = lock(&self.stage);
        if let Stage::Gone = *stage {
            return Err(value);
        }
        *stage = Stage::Given(value);
        Ok(())
    }

    /// For the task: what the thread has given.
    pub(super) fn receive(&self) -> Option<V> {
        self.take(|stage| match stage {
            Stage::Given(value) => Ok(value),
            other => Err(other),
        })
    }

    /// The task goes. What is here goes with it.
    pub(super) fn leave(&self) {
        let left = mem::replace(&mut *lock(&self.stage), Stage::Gone);
        drop(left);
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
