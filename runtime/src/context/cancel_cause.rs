//! Why something was cancelled.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

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
    /// Whoever could have cancelled, or waited, has gone away: a client that hung up, a
    /// [`CancelSource`](crate::CancelSource) that was dropped.
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
