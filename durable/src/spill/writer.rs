//! The background task that writes jobs to the queue.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use outlive::{Tracker, worker};
use tokio::time::timeout;

use super::shared::{Shared, Stage};
use crate::engine::NewJob;
use crate::engine::Trouble;
use crate::error::StoreError;

/// The most jobs in one transaction.
const MOST: usize = 256;

/// The longest pause in the last phase.
const HURRIED: Duration = Duration::from_millis(100);

#[worker(track = tracker, name = "spill", grace = "1s")]
pub(super) async fn write(tracker: Arc<Tracker>, shared: Arc<Shared>) {
    let mut stage = shared.stage.subscribe();
    let mut trouble = Trouble::new("handing jobs over", &shared.outage);
    let mut at_once = 1;
    loop {
        let is_at = *stage.borrow_and_update();
        let jobs = shared.first(at_once);
        if jobs.is_empty() {
            if is_at == Stage::Closed || is_at == Stage::Leaving && shared.is_empty() {
                return;
            }
            tokio::select! {
                () = shared.news.notified() => {}
                _ = stage.changed() => {}
            }
            continue;
        }
        let failed = match &*jobs {
            [job] => written(&shared, job).await,
            _ => all_written(&shared, &jobs).await,
        };
        if let Some(error) = failed {
            // One of them may be refused by the store, so the next are written one by one.
            at_once = 1;
            let pause = trouble.again(&error);
            let pause = if is_at == Stage::Last { pause.min(HURRIED) } else { pause };
            let _ = timeout(pause, stage.changed()).await;
        } else {
            trouble.over();
            at_once = (at_once * 2).min(MOST);
        }
    }
}

/// Writes jobs in one transaction. Returns the error, if it failed.
async fn all_written(shared: &Shared, jobs: &[Arc<NewJob>]) -> Option<StoreError> {
    match shared.queue.engine.push_all(jobs).await {
        Ok(()) => {
            for job in jobs {
                shared.is_written(job.id);
            }
            shared.queue.news.notify_one();
            None
        }
        Err(error) => {
            shared.says(&error);
            Some(error)
        }
    }
}

/// Writes one job. Returns the error, if it failed.
async fn written(shared: &Shared, job: &NewJob) -> Option<StoreError> {
    if let Err(error) = shared.queue.engine.push(job).await {
        if error.is_busy() {
            job.is_sent.store(false, Ordering::Relaxed);
        }
        shared.says(&error);
        if !error.is_busy() {
            shared.goes_last(job.id);
        }
        return Some(error);
    }
    shared.is_written(job.id);
    shared.queue.news.notify_one();
    None
}
