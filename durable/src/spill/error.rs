//! Why a call was neither started nor stored.

use std::error::Error;
use std::fmt;

/// Why a call was neither started nor stored.
///
/// Nothing of the call is left: it neither runs nor is in the queue.
///
/// ```
/// use outlive_durable::SpillError;
///
/// fn status(error: &SpillError) -> u16 {
///     match error {
///         SpillError::Full { .. } => 429,
///         SpillError::Closed => 503,
///         _ => 500,
///     }
/// }
/// # assert_eq!(status(&SpillError::Closed), 503);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum SpillError {
    /// An argument could not be serialised.
    #[non_exhaustive]
    Argument {
        /// The argument's name.
        name: &'static str,
        /// The error of its `Serialize`.
        error: serde_json::Error,
    },
    /// The spill is full of jobs that run here, or wait to be written to the queue.
    #[non_exhaustive]
    Full {
        /// The spill's capacity.
        capacity: usize,
    },
    /// The last phase of the shutdown has begun.
    Closed,
}

impl fmt::Display for SpillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument { name, error } => write!(f, "the argument `{name}` cannot be written as JSON: {error}"),
            Self::Full { capacity } => write!(f, "the spill is full: it holds {capacity} jobs"),
            Self::Closed => f.write_str("the spill is closed: the process ends"),
        }
    }
}

impl Error for SpillError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Argument { error, .. } => Some(error),
            Self::Full { .. } | Self::Closed => None,
        }
    }
}
