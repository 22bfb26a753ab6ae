//! Writes what could not run to the queue, as long as somebody may call.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;
use outlive::{Tracker, worker};
use tokio::time::timeout;

use super::shared::{Shared, Stage};
use crate::engine::NewJob;
use crate::error::StoreError;
use crate::trouble::Trouble;

/// So many are on their way to a store that answers.
const MOST: usize = 16;

/// In the last phase, there is no time for longer pauses.
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
        let failed = join_all(jobs.iter().map(|job| written(&shared, job))).await;
        if let Some(error) = failed.into_iter().flatten().last() {
            // Of those who wait for the same lock, each would wait as long.
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

/// Gives why it was not.
async fn written(shared: &Shared, job: &NewJob) -> Option<StoreError> {
    if let Err(error) = shared.queue.engine.push(job).await {
        if error.is_busy() {
            job.is_sent.store(false, Ordering::Relaxed);
        }
        shared.has_failed(job.id, &error);
        return Some(error);
    }
    shared.is_written(job.id);
    shared.queue.news.notify_one();
    None
}
