//! Errors in the setup of a worker.

use std::error::Error;
use std::fmt;

use crate::function::functions;

/// Something that a worker lacks for running its jobs.
///
/// [`Jobs::check`](super::Jobs::check) returns it. Its `Display` says what to add.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use outlive_durable::{Jobs, JobsError, Queue};
///
/// let queue = Queue::sqlite("sqlite::memory:").unwrap();
/// let missing = Jobs::on(&queue).only(["shop::send_welcome"]).check().unwrap_err();
/// assert!(matches!(&missing, JobsError::UnknownFunction { name } if name == "shop::send_welcome"));
/// # }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum JobsError {
    /// The value of a `#[state]` is missing.
    MissingState {
        /// The name of the function.
        function: &'static str,
        /// The type of the state.
        state: &'static str,
    },
    /// The program has no durable function with a name that was given to [`only`](super::Jobs::only).
    UnknownFunction {
        /// The name.
        name: String,
    },
}

impl fmt::Display for JobsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingState { function, state } => {
                write!(f, "`{function}` needs the state `{state}`: add `.state(…)` to the worker's `Jobs`")
            }
            Self::UnknownFunction { name } => {
                let mut names: Vec<_> = functions().map(|function| function.name).collect();
                names.sort_unstable();
                write!(f, "there is no durable function `{name}`: name one of `{}` in `.only(…)`", names.join("`, `"))
            }
        }
    }
}

impl Error for JobsError {}
