use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Log;

/// A token, and why it was cancelled.
#[derive(Clone, Default)]
struct Cancel {
    token: CancellationToken,
    cause: Arc<OnceLock<&'static str>>,
}

impl Cancel {
    fn cancel(&self, cause: &'static str) {
        let _ = self.cause.set(cause);
        self.token.cancel();
    }
}

pub(crate) async fn main(log: &Log) {
    let tasks = TaskTracker::new();
    let request = Cancel::default();
    // Another token, so that the task outlives the request; the cell went along.
    let work = Cancel { token: CancellationToken::new(), ..request.clone() };
    let (cancel, log) = (work.clone(), log.clone());
    tasks.spawn(async move {
        cancel.token.cancelled().await;
        log.say(format!("stopped: {}", cancel.cause.get().unwrap()));
    });
    request.cancel("the client has hung up");

    // At shutdown.
    work.cancel("shutting down");
    tasks.close();
    tasks.wait().await;
}
