//! The state that the handles of a spill share with its writer and its runs.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use outlive::Reason;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout_at};

use super::buffer::{Buffer, SpillCounts};
use super::error::SpillError;
use super::hand_over::HandOver;
use crate::engine::NewJob;
use crate::engine::Outage;
use crate::error::StoreError;
use crate::function::Payload;
use crate::function::{Cut, Function, States};
use crate::function::{Keeper, Kept, Way};
use crate::id::{Attempt, JobId};
use crate::queue::Queue;

/// The stage of a spill.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Open,
    /// All handles were dropped: it ends when it is empty.
    Leaving,
    /// The last phase of the shutdown.
    Last,
    Closed,
}

pub(super) struct Shared {
    pub(super) queue: Queue,
    states: States,
    buffer: Mutex<Buffer>,
    /// Notified when there is a job to write.
    pub(super) news: Notify,
    /// Notified when it may be empty.
    emptied: Notify,
    pub(super) stage: watch::Sender<Stage>,
    pub(super) outage: Outage,
    /// The last error of the store.
    error: Mutex<Option<String>>,
}

impl Shared {
    pub(super) fn new(queue: Queue, states: States, capacity: usize) -> Self {
        Self {
            queue,
            states,
            buffer: Mutex::new(Buffer::new(capacity)),
            news: Notify::new(),
            emptied: Notify::new(),
            stage: watch::Sender::new(Stage::Open),
            outage: Outage::default(),
            error: Mutex::default(),
        }
    }

    fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn counts(&self) -> SpillCounts {
        self.buffer().counts()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.buffer().is_empty()
    }

    pub(super) fn first(&self, most: usize) -> Vec<Arc<NewJob>> {
        self.buffer().first(most)
    }

    pub(super) fn is_written(&self, id: JobId) {
        self.buffer().is_written(id);
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.emptied.notify_waiters();
    }

    pub(super) fn goes_last(&self, id: JobId) {
        self.buffer().goes_last(id);
    }

    /// Records an error of the store.
    pub(super) fn says(&self, error: &StoreError) {
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
    }

    /// Starts the job here, in the same context as a worker; if that is not possible, the job is stored.
    pub(super) fn call(
        self: &Arc<Self>,
        (function, job, payload): (&'static Function, NewJob, Payload),
    ) -> Result<JobId, SpillError> {
        let (id, attempt) = (job.id, Attempt { number: 1, of: job.attempts });
        let accepted = self.buffer().accept(function, job);
        accepted.map_err(|(refusal, count)| {
            // Limits the number of log lines.
            if count.is_power_of_two() {
                tracing::error!(function = function.name, count, %refusal, "calls are refused: they neither run nor are kept");
            }
            refusal
        })?;
        let kept = Kept::new(Arc::clone(self) as _, id);
        let context = payload.context().with(attempt).with(id);
        match (function.run)(payload.into_arguments(), &self.states, Way::here(kept), Cut::never()) {
            // One poll starts it or gets the refusal. Its handle is dropped with the future.
            Ok(run) => drop(context.scope(run).now_or_never()),
            Err(reason) if self.buffer().is_first(function.name) => {
                tracing::warn!(function = function.name, %reason, "a call cannot run here: it goes to the queue, and so does each like it");
            }
            Err(_) => {}
        }
        Ok(id)
    }

    /// Waits until it is empty, or until this time.
    async fn emptied(&self, until: Instant) {
        loop {
            let mut emptied = pin!(self.emptied.notified());
            emptied.as_mut().enable();
            if self.is_empty() || timeout_at(until, emptied).await.is_err() {
                return;
            }
        }
    }

    pub(super) async fn hand_over(&self, budget: Duration) -> HandOver {
        let begin = Instant::now();
        let before = self.counts().handed_over;
        self.stage.send_if_modified(|stage| {
            let is_over = *stage == Stage::Closed;
            *stage = if is_over { Stage::Closed } else { Stage::Last };
            !is_over
        });
        self.buffer().close();
        // Running jobs have half of the time to end; the writer needs the rest.
        self.emptied(begin + budget / 2).await;
        self.buffer().take_running();
        self.news.notify_one();
        self.emptied(begin + budget).await;
        self.give_up(before, begin, budget)
    }

    /// Ends it at once, after a second signal.
    pub(super) fn stop(&self, budget: Duration) -> HandOver {
        let before = self.counts().handed_over;
        self.buffer().take_running();
        self.give_up(before, Instant::now(), budget)
    }

    fn give_up(&self, before: u64, begin: Instant, budget: Duration) -> HandOver {
        let lost = self.buffer().give_up();
        self.stage.send_replace(Stage::Closed);
        let handed_over = HandOver {
            handed_over: self.counts().handed_over - before,
            lost,
            error: self.error.lock().unwrap_or_else(PoisonError::into_inner).take(),
            took: begin.elapsed(),
            budget,
        };
        for lost in handed_over.lost() {
            let (function, count) = (lost.function, lost.count);
            tracing::error!(function, count, "jobs are lost: they could not be handed over to the queue in time");
        }
        handed_over
    }
}

impl Keeper for Shared {
    fn ran(&self, id: JobId) {
        self.buffer().ran(id);
        self.emptied.notify_waiters();
        if *self.stage.borrow() == Stage::Leaving {
            self.news.notify_one();
        }
    }

    fn has_not_run(&self, id: JobId, reason: Option<&Reason>) {
        let lost = self.buffer().has_not_run(id, reason);
        if let Some(function) = lost {
            let reason = reason.map_or_else(String::new, Reason::to_string);
            tracing::error!(function, %id, reason, "a job is lost: it ended when nothing was handed over any more");
        }
        self.news.notify_one();
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let buffer = self.buffer.get_mut().unwrap_or_else(PoisonError::into_inner);
        for lost in buffer.give_up() {
            let (function, count) = (lost.function, lost.count);
            tracing::error!(
                function,
                count,
                "jobs are lost: their spill was dropped before they were in the queue: add `.spill(&spill)` to \
                 the `Shutdown`, or await `spill.hand_over()`"
            );
        }
    }
}
