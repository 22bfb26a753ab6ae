//! Readiness: whether the process accepts new requests.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// The answer for a readiness probe: ready, until the [`Shutdown`](super::Shutdown) that it was
/// [given to](super::Shutdown::ready) begins.
///
/// A load balancer sends no requests to a process that is not ready. Do not use it for a liveness probe: a process that is
/// not alive is killed in the middle of its drain.
///
/// It is a static, because the probe's handler and the shutdown have it for as long as the process runs.
///
/// With the feature `axum` it is a handler, `get(&READY)`, which answers 200, and 503 once the shutdown has begun.
///
/// ```
/// use outlive::Readiness;
///
/// static READY: Readiness = Readiness::new();
///
/// fn readyz() -> u16 {
///     if READY.is_ready() { 200 } else { 503 }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(readyz(), 200);
///
/// # use std::time::Duration; use outlive::Shutdown;
/// // Without a running server there is nothing to serve on with, so this does not take 5 seconds.
/// let report = Shutdown::new().ready(&READY, Duration::from_secs(5)).run().await;
/// assert!(report.is_clean());
/// assert_eq!(readyz(), 503);
/// # }
/// ```
#[derive(Debug)]
pub struct Readiness {
    ended: AtomicBool,
}

impl Readiness {
    /// Makes a value that is ready until a shutdown begins.
    #[must_use]
    pub const fn new() -> Self // ready from its start, until the shutdown begins
    {
        Self { ended: AtomicBool::new(false) }
    }

    /// Whether the process accepts new requests.
    ///
    /// It does not wait. Once it is `false` it stays so.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.ended.load(SeqCst)
    }

    pub(super) fn end(&self) {
        self.ended.store(true, SeqCst);
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new()
    }
}
