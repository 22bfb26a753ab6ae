//! Each room is told who is there, every so often: clients that missed it catch up.

use std::time::Duration;

use crate::App;

/// Starts the loop.
pub(crate) fn start(app: &App, every: Duration) {
    let (hub, stop) = (app.hub.clone(), app.stop.clone());
    app.tasks.spawn(async move {
        let mut often = tokio::time::interval(every);
        often.tick().await;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = often.tick() => hub.announce(),
            }
        }
    });
}
