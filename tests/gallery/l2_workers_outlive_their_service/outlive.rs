use outlive::{Context, OwnedTracker, TaskOwner, owned_tasks, periodic, worker};

use super::Config;

#[derive(Clone, TaskOwner)]
pub(crate) struct Server {
    tasks: OwnedTracker,
    config: Config,
}

#[owned_tasks]
impl Server {
    #[periodic(every = "5s", timeout = "5s")]
    async fn refresh(&self) {
        let () = *self.config;
    }

    #[worker(grace = "1s")]
    async fn consume(&self) {
        Context::current().cancelled().await;
    }
}

impl Server {
    pub(crate) fn start(config: Config) -> Self {
        let server = Self { tasks: OwnedTracker::bounded("server", 64), config };
        server.refresh();
        server.consume();
        server
    }
}
