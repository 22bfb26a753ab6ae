//! Whether the process wants new requests.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// Whether the process wants new requests: until a [`Shutdown`](super::Shutdown) to which it was [given](super::Shutdown::ready)
/// begins.
///
/// It is what a readiness probe asks: a load balancer sends nothing to a process that is not ready. Liveness is something
/// else, and stays: a process that is not alive is killed, in the middle of its drain.
///
/// With the feature `axum` it is a handler that answers 200, and 503 from the shutdown on: `get(&READY)`.
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
/// assert_eq!(readyz(), 200);
/// ```
#[derive(Debug)]
pub struct Readiness {
    ended: AtomicBool,
}

impl Readiness {
    /// Ready, until a shutdown begins.
    #[must_use]
    pub const fn new() -> Self {
        Self { ended: AtomicBool::new(false) }
    }

    /// Whether the process wants new requests.
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
