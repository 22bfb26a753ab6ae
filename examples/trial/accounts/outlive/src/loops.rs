//! What runs for as long as the service does: expired sessions are purged, blocked domains are read anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use outlive::{OwnedTracker, TaskOwner, owned_tasks, periodic};
use outlive_trial::accounts::{BlockedDomains, Settings, Store};

/// The loops, and what they keep.
#[derive(Clone, TaskOwner)]
pub(crate) struct Loops {
    tasks: OwnedTracker,
    store: Store,
    purge_every: Duration,
    refresh_every: Duration,
    pub(crate) purged: Arc<AtomicU64>,
    pub(crate) blocked: BlockedDomains,
}

#[owned_tasks]
impl Loops {
    pub(crate) fn new(store: Store, settings: &Settings) -> Self {
        Self {
            tasks: OwnedTracker::bounded("loops", 2),
            store,
            purge_every: settings.purge_every,
            refresh_every: settings.refresh_every,
            purged: Arc::default(),
            blocked: BlockedDomains::default(),
        }
    }

    #[periodic(every = self.purge_every, timeout = "10s", immediate)]
    pub(crate) async fn purge(&self) -> sqlx::Result<()> {
        let count = self.store.purge(outlive_trial::now()).await?;
        self.purged.fetch_add(count, Relaxed);
        Ok(())
    }

    #[periodic(every = self.refresh_every, timeout = "10s")]
    pub(crate) async fn refresh(&self) -> sqlx::Result<()> {
        self.store.refresh(&self.blocked).await
    }
}
