use std::sync::Arc;

use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use super::Config;
use crate::common::seconds;

pub(crate) struct Server {
    config: Config,
    cancel: CancellationToken,
}

impl Server {
    pub(crate) fn start(config: Config) -> Arc<Self> {
        let server = Arc::new(Self { config, cancel: CancellationToken::new() });
        for period in [5, 30] {
            let server = Arc::clone(&server);
            tokio::spawn(async move {
                let mut ticks = interval(seconds(period));
                while server.cancel.run_until_cancelled(ticks.tick()).await.is_some() {
                    server.refresh();
                }
            });
        }
        server
    }

    fn refresh(&self) {
        let () = *self.config;
    }
}

/// Never: each loop has an `Arc` of it.
impl Drop for Server {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
