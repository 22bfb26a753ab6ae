//! The exchange between a task and its blocking thread: the work, its result, and the task's place. No pool, no user code.
//!
//! Invariants, all under the one lock:
//!
//! 1. The work is taken once: by the thread, which begins it, or by the ending task, which drops it.
//! 2. The result is taken by the task, or dropped by the ending task, or returned to the thread as too late.
//! 3. After the task has ended, this is empty but for the place, and stays empty.
//! 4. The task alone has a place. One that ends while its thread runs leaves a share of it, which the thread takes at its end.
//!
//! So the side that drops a value still holds its place. Values are dropped after the lock is released.

use std::mem;

use crate::util::sync::{Mutex, lock};

pub(super) struct Handover<W, V, P> {
    exchange: Mutex<Exchange<W, V, P>>,
}

struct Exchange<W, V, P> {
    stage: Stage<W, V>,
    /// What the task has left for its thread.
    place: Option<P>,
    /// The thread has let everything go.
    is_over: bool,
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

impl<W, V, P> Handover<W, V, P> {
    pub(super) fn new(work: W) -> Self {
        Self { exchange: Mutex::new(Exchange { stage: Stage::Waiting(work), place: None, is_over: false }) }
    }

    /// For the task: changes the work before the thread takes it. `change` runs under the lock, so it runs no user code.
    pub(super) fn prepare(&self, change: impl FnOnce(&mut W)) {
        if let Stage::Waiting(work) = &mut lock(&self.exchange).stage {
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
        let stage = &mut lock(&self.exchange).stage;
        if let Stage::Gone = stage {
            return Err(value);
        }
        *stage = Stage::Given(value);
        Ok(())
    }

    /// For the thread: its end, after which it holds nothing. Returns the place that the task has left, to be given back.
    pub(super) fn end(&self) -> Option<P> {
        let mut exchange = lock(&self.exchange);
        exchange.is_over = true;
        exchange.place.take()
    }

    /// For the task: takes the thread's result.
    pub(super) fn receive(&self) -> Option<V> {
        self.take(|stage| match stage {
            Stage::Given(value) => Ok(value),
            other => Err(other),
        })
    }

    /// For the task: its end. Drops the work or the result that is here. Whether the thread runs, and needs a place: the
    /// caller must then [`leave`](Self::leave) it one.
    #[must_use]
    pub(super) fn let_go(&self) -> bool {
        let (left, is_running) = {
            let mut exchange = lock(&self.exchange);
            let left = mem::replace(&mut exchange.stage, Stage::Gone);
            let is_running = !exchange.is_over && !matches!(left, Stage::Waiting(_));
            (left, is_running)
        };
        drop(left);
        is_running
    }

    /// For the task, after its end: the place of the thread. If the thread has ended meanwhile, it is dropped.
    pub(super) fn leave(&self, place: P) {
        let mut place = Some(place);
        {
            let mut exchange = lock(&self.exchange);
            if !exchange.is_over {
                exchange.place = place.take();
            }
        }
        drop(place);
    }

    fn take<R>(&self, of: impl FnOnce(Stage<W, V>) -> Result<R, Stage<W, V>>) -> Option<R> {
        let stage = &mut lock(&self.exchange).stage;
        match of(mem::replace(stage, Stage::Taken)) {
            Ok(taken) => Some(taken),
            Err(other) => {
                *stage = other;
                None
            }
        }
    }
}
