use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;
use tokio::time::Instant;

/// Why something was cancelled.
///
/// Go's `context.Cause`, with the usual causes spelled out.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CancelCause {
    /// A deadline passed.
    Timeout,
    /// A tracker is being drained.
    Shutdown,
    /// The last owner of the service is gone.
    OwnerDropped,
    /// Whoever could have cancelled, or waited, has gone away: a client that hung up, a [`CancelSource`] that was dropped.
    Disconnected,
    /// Somebody asked for it.
    Requested,
    /// A cause of the user's own.
    Other(Arc<dyn Error + Send + Sync>),
}

impl fmt::Display for CancelCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("the deadline passed"),
            Self::Shutdown => f.write_str("the tracker is shutting down"),
            Self::OwnerDropped => f.write_str("the last owner was dropped"),
            Self::Disconnected => f.write_str("the other side has gone away"),
            Self::Requested => f.write_str("cancelled on request"),
            Self::Other(cause) => cause.fmt(f),
        }
    }
}

impl Error for CancelCause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Other(cause) => cause.source(),
            _ => None,
        }
    }
}

/// One bit that is set once, with its cause, and those who wait for it.
#[derive(Default)]
pub(crate) struct Signal {
    told: OnceLock<(Instant, CancelCause)>,
    waiters: Notify,
}

impl Signal {
    /// The first cause stands.
    pub(crate) fn cancel(&self, cause: CancelCause) {
        if self.told().is_none() && self.told.set((Instant::now(), cause)).is_ok() {
            self.waiters.notify_waiters();
        }
    }

    /// When, and why.
    pub(crate) fn told(&self) -> Option<&(Instant, CancelCause)> {
        self.told.get()
    }

    pub(crate) fn waiters(&self) -> &Notify {
        &self.waiters
    }
}

/// The right to cancel the contexts that were made [with](crate::Context::with_cancel) it.
///
/// Clones cancel the same contexts. When the last clone is dropped, they are cancelled with
/// [`CancelCause::Disconnected`]: what `defer cancel()` is in Go, and cannot be forgotten. tokio-util's
/// `CancellationToken` is both sides in one value, and its drop cancels nothing.
///
/// ```
/// use outlive::{CancelCause, CancelSource, Context};
///
/// let source = CancelSource::new();
/// let context = Context::root().with_cancel(&source);
/// assert!(!context.is_cancelled());
///
/// source.cancel(CancelCause::Requested);
/// assert!(matches!(context.cause(), Some(CancelCause::Requested)));
/// ```
#[derive(Clone)]
pub struct CancelSource {
    owned: Arc<CancelOnDrop>,
}

struct CancelOnDrop(Arc<Signal>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel(CancelCause::Disconnected);
    }
}

impl CancelSource {
    /// A source that has not cancelled anything yet.
    #[must_use = "dropping the last clone of a source cancels its contexts"]
    pub fn new() -> Self {
        Self { owned: Arc::new(CancelOnDrop(Arc::default())) }
    }

    /// Cancels every context of this source. The first cause stands; later ones are ignored.
    pub fn cancel(&self, cause: CancelCause) {
        self.owned.0.cancel(cause);
    }

    pub(crate) fn signal(&self) -> &Arc<Signal> {
        &self.owned.0
    }
}

impl Default for CancelSource {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for CancelSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelSource")
            .field("cause", &self.owned.0.told().map(|(_, cause)| cause))
            .finish_non_exhaustive()
    }
}
