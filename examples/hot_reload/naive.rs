//! The loops hold the service, and so nothing ever drops it. It compiles, it runs, and no tool says a word.

use std::sync::Arc;
use std::time::Duration;

use crate::{Config, Service};

pub(crate) struct Server {
    config: Config,
}

impl Server {
    fn refresh(&self) {
        assert!(!self.config.routes.is_empty());
    }

    fn handled(&self, request: usize) {
        assert!(request > self.config.number);
    }
}

impl Service for Arc<Server> {
    fn start(config: Config) -> Self {
        let server = Self::new(Server { config });
        for _ in 0..3 {
            let server = Self::clone(&server);
            tokio::spawn(async move {
                let mut ticks = tokio::time::interval(Duration::from_secs(30));
                loop {
                    ticks.tick().await;
                    server.refresh();
                }
            });
        }
        server
    }

    fn handle(&self, request: usize) {
        let server = Self::clone(self);
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            server.handled(request);
        });
    }
}
