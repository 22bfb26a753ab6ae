//! Errors in the setup of a worker.

use std::error::Error;
use std::fmt;

use crate::function::functions;

/// Something that a worker lacks for running its jobs.
///
/// [`Jobs::check`](super::Jobs::check) returns it. Its `Display` says what to add.
///
/// ```
/// use outlive_durable::{Jobs, JobsError};
///
/// /// For the log of the program's start.
/// fn lacks(jobs: &Jobs) -> Option<String> {
///     match jobs.check() {
///         Ok(()) => None,
///         Err(JobsError::MissingState { function, state }) => Some(format!("{function} lacks its {state}")),
///         Err(error) => Some(error.to_string()),
///     }
/// }
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
