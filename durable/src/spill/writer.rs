//! Writes what could not run to the queue, as long as somebody may call.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use outlive::{Tracker, worker};
use tokio::time::timeout;

use super::shared::{Shared, Stage};
use crate::trouble::Trouble;

/// In the last phase, there is no time for longer pauses.
const HURRIED: Duration = Duration::from_millis(100);

#[worker(track = tracker, name = "spill", grace = "1s")]
pub(super) async fn write(tracker: Arc<Tracker>, shared: Arc<Shared>) {
    let mut stage = shared.stage.subscribe();
    let mut trouble = Trouble::new("handing jobs over");
    loop {
        let is_at = *stage.borrow_and_update();
        let Some(job) = shared.first() else {
            if is_at == Stage::Closed || is_at == Stage::Leaving && shared.is_empty() {
                return;
            }
            tokio::select! {
                () = shared.news.notified() => {}
                _ = stage.changed() => {}
            }
            continue;
        };
        let was_sent = job.is_sent.load(Ordering::Relaxed);
        let error = match shared.queue.engine.push(&job).await {
            Ok(_) => None,
            // The answer to the first time was lost.
            Err(error) if was_sent && error.is_there_already() => None,
            Err(error) => Some(error),
        };
        let Some(error) = error else {
            trouble.over();
            shared.first_is_written();
            shared.queue.news.notify_one();
            continue;
        };
        if error.is_busy() {
            job.is_sent.store(false, Ordering::Relaxed);
        }
        let pause = trouble.again(&error);
        shared.first_failed(&error);
        let pause = if is_at == Stage::Last { pause.min(HURRIED) } else { pause };
        let _ = timeout(pause, stage.changed()).await;
    }
}
