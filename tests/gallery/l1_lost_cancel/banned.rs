//! The naive handler, as clippy reads it with the lint set of `docs/lints/`: what it says of a line stands behind it.

use outlive::{Tracker, detached};
use tokio_util::sync::CancellationToken;

static WATCHERS: Tracker = Tracker::bounded("watchers", 64);

/// The watcher has a timeout by now. The token is still lost.
#[detached(timeout = "5s", track = WATCHERS)]
async fn watch(request: CancellationToken) {
    request.cancelled().await;
}

/// Its early return skips the cancel.
///
/// # Errors
///
/// What is odd.
pub fn handler(order: u64) -> Result<(), &'static str> {
    let request = CancellationToken::new(); //~ clippy::disallowed_methods tokio_util::sync::CancellationToken::new
    watch(request.clone());
    if !order.is_multiple_of(2) {
        return Err("an odd order");
    }
    request.cancel();
    Ok(())
}
