//! Why something was cancelled.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::util::Chain;
use crate::util::text::clean;

/// Why something was cancelled.
///
/// Go's `context.Cause`, with a variant for each usual cause. Its `Display` prints your own error with its sources, in one
/// line, escaped and cut at 4096 bytes.
///
/// ```
/// use std::io;
/// use std::sync::Arc;
/// use outlive::{CancelCause, CancelSource, Context};
///
/// let source = CancelSource::new();
/// let request = Context::root().with_cancel(&source);
/// source.cancel(CancelCause::Other(Arc::new(io::Error::other("the quota is used up"))));
///
/// assert_eq!(request.cause().unwrap().to_string(), "the quota is used up");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum CancelCause {
    /// A timeout was over, or the deadline of a [`Context`](crate::Context) has passed.
    Timeout,
    /// A tracker is being drained.
    Shutdown,
    /// The last owner of the service was dropped.
    OwnerDropped,
    /// The party that could cancel, or that waited, is gone: a client hung up, or the last clone of a
    /// [`CancelSource`](crate::CancelSource) was dropped.
    Disconnected,
    /// Code asked for the cancellation.
    Requested,
    /// An error of your own.
    Other(Arc<dyn Error + Send + Sync>),
}

impl fmt::Display for CancelCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("timed out"),
            Self::Shutdown => f.write_str("the tracker is shutting down"),
            Self::OwnerDropped => f.write_str("the last owner was dropped"),
            Self::Disconnected => f.write_str("the other side has gone away: its source, group or handle was dropped"),
            Self::Requested => f.write_str("on request"),
            Self::Other(cause) => clean(Chain(cause)).fmt(f),
        }
    }
}

impl fmt::Debug for CancelCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Timeout => "Timeout",
            Self::Shutdown => "Shutdown",
            Self::OwnerDropped => "OwnerDropped",
            Self::Disconnected => "Disconnected",
            Self::Requested => "Requested",
            Self::Other(cause) => {
                return f.debug_tuple("Other").field(&format_args!("{}", clean(format_args!("{cause:?}")))).finish();
            }
        };
        f.write_str(name)
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
