//! Reports a server that cannot know when to stop: every clone of its `Stop` is dropped, and it serves on.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::server::Serve;
use crate::report;

/// What tells whether a server still has its `Stop`.
pub(super) struct Listening {
    name: &'static str,
    budget: Duration,
    stop: CancellationToken,
    /// What the clones of its `Stop` keep. `None` when it was reported.
    kept: Option<Weak<()>>,
}

impl Listening {
    pub(super) fn new(name: &'static str, budget: Duration, kept: &Arc<()>, stop: &CancellationToken) -> Self {
        Self { name, budget, stop: stop.clone(), kept: Some(Arc::downgrade(kept)) }
    }

    pub(super) fn of(self, server: Serve) -> Serve {
        Box::pin(Watched { server, listening: self })
    }
}

/// The server, watched.
struct Watched {
    server: Serve,
    listening: Listening,
}

impl Future for Watched {
    type Output = Option<String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<String>> {
        let polled = self.server.as_mut().poll(cx);
        let Listening { name, budget, stop, kept } = &mut self.listening;
        let is_deaf = kept.as_ref().is_some_and(|kept| kept.strong_count() == 0);
        if polled.is_pending() && is_deaf {
            *kept = None;
            if !stop.is_cancelled() {
                report::cannot_be_stopped(name, *budget);
            }
        }
        polled
    }
}
