//! Writes the ends of successful runs in groups: all runs that end during one write go into the next. A store that waits for its
//! disk waits once for many runs.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::task::yield_now;

use crate::engine::{Engine, Fetched, WorkerId};
use crate::error::StoreError;

#[derive(Default)]
pub(super) struct Ends {
    waiting: Mutex<Vec<End>>,
    writer: tokio::sync::Mutex<()>,
}

struct End {
    job: Arc<Fetched>,
    /// Receives whether the worker still held the row.
    written: oneshot::Sender<bool>,
}

impl Ends {
    /// Writes that the job is done. Returns whether the worker still held its row.
    pub(super) async fn done(
        &self,
        engine: &dyn Engine,
        worker: &WorkerId,
        job: &Arc<Fetched>,
    ) -> Result<bool, StoreError> {
        let (written, mut is_written) = oneshot::channel();
        self.waiting().push(End { job: Arc::clone(job), written });
        let written = tokio::select! {
            biased;
            // The write before included this job.
            written = &mut is_written => written,
            _writer = self.writer.lock() => {
                // Runs that end right now join the group. Otherwise the first of many would be written alone, before all others.
                yield_now().await;
                let ends = std::mem::take(&mut *self.waiting());
                write(engine, worker, ends).await;
                is_written.await
            }
        };
        match written {
            Ok(is_held) => Ok(is_held),
            // The group failed: write this job alone, for an error of its own.
            Err(_) => Ok(engine.done(worker, &[job]).await?.contains(&job.id)),
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<End>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a group. After an error it drops the senders, and each job is written alone.
async fn write(engine: &dyn Engine, worker: &WorkerId, ends: Vec<End>) {
    let jobs: Vec<&Fetched> = ends.iter().map(|end| &*end.job).collect();
    let Ok(held) = engine.done(worker, &jobs).await else { return };
    for End { job, written } in ends {
        let _ = written.send(held.contains(&job.id));
    }
}
