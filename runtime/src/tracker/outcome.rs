//! How a call ends.

use std::fmt;

use super::Kind;

/// How a call, or a run of a loop, ended.
///
/// Its `Display` is the name of the counter in [`Counts`](super::Counts): `timed_out`.
///
/// ```
/// use outlive::Outcome;
///
/// assert_eq!(Outcome::TimedOut.to_string(), "timed_out");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// Returned without an `Err`.
    Completed,
    /// Returned an `Err`.
    Failed,
    /// Dropped at the end of its timeout and grace.
    TimedOut,
    /// Panicked.
    Panicked,
    /// Aborted: its future was dropped by a drain, by its handle, or because the last owner of its service was dropped.
    Cancelled,
    /// Dropped together with its runtime.
    Lost,
    /// Refused at the call.
    Rejected,
    /// Was still queued when a drain closed the queue.
    NeverStarted,
}

impl Outcome {
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Completed,
        Self::Failed,
        Self::TimedOut,
        Self::Panicked,
        Self::Cancelled,
        Self::Lost,
        Self::Rejected,
        Self::NeverStarted,
    ];

    /// The number of outcomes.
    pub(super) const COUNT: usize = 8;

    /// The name as it is in a metric's label and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Panicked => "panicked",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
            Self::Rejected => "rejected",
            Self::NeverStarted => "never_started",
        }
    }

    /// The word for an operator, who reads in a drain's report that the same task was `aborted`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::TimedOut => "timed out",
            Self::Panicked => "panicked",
            Self::Cancelled => "aborted",
            Self::Lost => "lost",
            Self::Rejected => "refused",
            Self::NeverStarted => "never started",
        }
    }

    /// The phrase for an operator.
    pub(crate) fn phrase(self, kind: Kind) -> &'static str {
        macro_rules! of {
            ($task:literal, $call:literal, $failed:literal) => {
                match self {
                    Self::Completed => concat!($task, " completed"),
                    Self::Failed => concat!($task, $failed),
                    Self::TimedOut => concat!($task, " timed out"),
                    Self::Panicked => concat!($task, " panicked"),
                    Self::Cancelled => concat!($task, " was aborted"),
                    Self::Lost => concat!($task, " was lost with its runtime"),
                    Self::Rejected => concat!($call, " was refused, and nobody looked"),
                    Self::NeverStarted => concat!($call, " never started"),
                }
            };
        }
        match kind {
            Kind::Task => of!("detached task", "detached call", " failed, and nobody looked"),
            Kind::Periodic => of!("periodic run", "periodic loop", " failed"),
            Kind::Worker => of!("worker", "worker", " failed"),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
