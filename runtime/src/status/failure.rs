//! How a task ended badly.

use std::time::{Duration, SystemTime};

use crate::tracker::Outcome;

/// How a task ended badly: with any [`Outcome`] but `Completed`, after it had run. An `Err` that its caller has taken is one, too, as
/// is a panic of a destructor.
///
/// Where many fail at once, it is one of the first few of the last second in which any did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Failure {
    /// How it ended.
    pub outcome: Outcome,
    /// Why, as its report says it.
    pub cause: String,
    /// When.
    pub at: SystemTime,
    /// How long ago, by tokio's clock.
    pub ago: Duration,
}
