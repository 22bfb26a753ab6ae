//! The service owns its tasks. Tasks work on a clone that does not: when the last owner goes, so do the loops.

use std::sync::Arc;
use std::time::Duration;

use outlive::{Context, OwnedTracker, TaskOwner, detached, owned_tasks, periodic, sites, worker};

use crate::{Config, Service};

#[derive(Clone, TaskOwner)]
pub(crate) struct Server {
    tasks: OwnedTracker,
    config: Arc<Config>,
}

#[owned_tasks]
impl Server {
    #[periodic(every = "30s", timeout = "10s", immediate)]
    async fn refresh(&self) {
        assert!(!self.config.routes.is_empty());
    }

    #[periodic(every = "10s", timeout = "5s")]
    async fn flush(&self) {
        tokio::task::yield_now().await;
    }

    #[worker(grace = "1s")]
    async fn consume(&self) {
        let context = Context::current();
        while !context.is_cancelled() {
            tokio::select! {
                _ = context.cancelled() => {}
                () = tokio::time::sleep(Duration::from_secs(30)) => {}
            }
        }
    }

    #[detached(timeout = "5s")]
    async fn handled(&self, request: usize) {
        tokio::task::yield_now().await;
        assert!(request > self.config.number);
    }
}

impl Service for Server {
    fn start(config: Config) -> Self {
        let server = Self { tasks: OwnedTracker::bounded("server", 64), config: Arc::new(config) };
        server.refresh();
        server.flush();
        server.consume();
        server
    }

    fn handle(&self, request: usize) {
        self.handled(request);
    }
}

/// How much of the work in flight at a reload has been done, by every server there was.
pub(crate) fn handled() -> usize {
    let site = sites().find(|site| site.name() == "handled");
    site.map_or(0, |site| usize::try_from(site.counts().completed).unwrap_or(usize::MAX))
}
