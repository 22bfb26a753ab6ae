//! What runs for as long as the service does: expired sessions are purged, blocked domains are read anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use outlive_trial::accounts::{BlockedDomains, Problem, Store};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::interval;

/// Asks the loop that purges for a run.
#[derive(Clone)]
pub(crate) struct Purger {
    ask: mpsc::Sender<oneshot::Sender<()>>,
    purged: Arc<AtomicU64>,
}

impl Purger {
    /// Has it run now, and says how many sessions it has purged so far.
    pub(crate) async fn now(&self) -> Result<u64, Problem> {
        let (done, answer) = oneshot::channel();
        let gone = || Problem::Loop("no session was purged".to_owned());
        self.ask.send(done).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?;
        Ok(self.purged.load(Relaxed))
    }
}

/// Starts the loop that purges.
pub(crate) fn start_purging(store: Store, every: Duration) -> (Purger, JoinHandle<()>) {
    let (ask, mut asked) = mpsc::channel::<oneshot::Sender<()>>(8);
    let purged = Arc::<AtomicU64>::default();
    let asking = Purger { ask, purged: Arc::clone(&purged) };
    let task = tokio::spawn(async move {
        let mut often = interval(every);
        loop {
            let done = tokio::select! {
                _ = often.tick() => None,
                Some(done) = asked.recv() => Some(done),
            };
            match store.purge(outlive_trial::now()).await {
                Ok(count) => {
                    purged.fetch_add(count, Relaxed);
                    if let Some(done) = done {
                        done.send(()).ok();
                    }
                }
                Err(error) => tracing::warn!(%error, "no session was purged"),
            }
        }
    });
    (asking, task)
}

/// Reads the blocked domains, and starts the loop that does it again.
pub(crate) async fn start_refreshing(
    store: Store,
    every: Duration,
) -> sqlx::Result<(BlockedDomains, JoinHandle<sqlx::Result<()>>)> {
    let blocked = BlockedDomains::default();
    store.refresh(&blocked).await?;
    let task = tokio::spawn({
        let blocked = Arc::clone(&blocked);
        async move {
            let mut often = interval(every);
            loop {
                often.tick().await;
                store.refresh(&blocked).await?;
            }
        }
    });
    Ok((blocked, task))
}
