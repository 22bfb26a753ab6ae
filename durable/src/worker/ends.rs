//! Runs that ended well: those that end while the store writes are written next, all at once. So a store that waits for its disk
//! waits for many of them at a time.

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
    /// Whether the row was still the worker's.
    written: oneshot::Sender<bool>,
}

impl Ends {
    /// Writes that the job is done. Whether its row was still the worker's.
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
            // By the one before.
            written = &mut is_written => written,
            _writer = self.writer.lock() => {
                // What ends in this moment comes along. Else the first one of many would be written alone, and all others after it.
                yield_now().await;
                let ends = std::mem::take(&mut *self.waiting());
                write(engine, worker, ends).await;
                is_written.await
            }
        };
        match written {
            Ok(is_ours) => Ok(is_ours),
            // Not with the others: so it is known what the store says to this one.
            Err(_) => Ok(engine.done(worker, &[job]).await?.contains(&job.id)),
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<End>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever hears nothing writes for itself.
async fn write(engine: &dyn Engine, worker: &WorkerId, ends: Vec<End>) {
    let jobs: Vec<&Fetched> = ends.iter().map(|end| &*end.job).collect();
    let Ok(ours) = engine.done(worker, &jobs).await else { return };
    for End { job, written } in ends {
        let _ = written.send(ours.contains(&job.id));
    }
}
