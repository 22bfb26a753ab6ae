//! How a task ended badly.

use std::time::{Duration, SystemTime};

use crate::tracker::Outcome;

/// The last failure of a function: a task that ran and ended with another [`Outcome`] than `Completed`. It may be an `Err`
/// that the caller got, or the panic of a destructor.
///
/// If many tasks fail at once, it is one of the first few of the last second with failures.
///
/// [`FunctionStatus::last_failure`](super::FunctionStatus::last_failure) has it.
///
/// ```
/// use outlive::status::Failure;
///
/// fn shown(failure: &Failure) -> String {
///     format!("{} {:?} ago: {}", failure.outcome, failure.ago, failure.cause) // failed 3s ago: disk full
/// }
///
/// for function in outlive::status().functions {
///     if let Some(failure) = function.last_failure {
///         println!("{}: {}", function.name, shown(&failure));
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Failure {
    /// How it ended.
    pub outcome: Outcome,
    /// Why, as in its report.
    pub cause: String,
    /// When it ended.
    pub at: SystemTime,
    /// How long ago it ended, by tokio's clock.
    pub ago: Duration,
}
