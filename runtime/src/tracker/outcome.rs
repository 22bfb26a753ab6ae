//! What becomes of a call.

use super::Kind;

/// What becomes of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Completed,
    Failed,
    TimedOut,
    Panicked,
    Cancelled,
    Lost,
    Rejected,
    NeverStarted,
}

impl Outcome {
    /// How many there are.
    pub(super) const COUNT: usize = 8;

    /// As OpenTelemetry's `error.type`: one of few.
    #[cfg(feature = "opentelemetry")]
    pub(crate) fn error_type(self) -> &'static str {
        match self {
            // The type of the user's error is not known.
            Self::Completed | Self::Failed => "_OTHER",
            Self::TimedOut => "timeout",
            Self::Panicked => "panic",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
            Self::Rejected | Self::NeverStarted => "never_started",
        }
    }

    /// What an operator reads of it.
    pub(crate) fn phrase(self, kind: Kind) -> &'static str {
        macro_rules! of {
            ($task:literal, $call:literal, $failed:literal) => {
                match self {
                    Self::Completed => concat!($task, " completed"),
                    Self::Failed => concat!($task, $failed),
                    Self::TimedOut => concat!($task, " timed out"),
                    Self::Panicked => concat!($task, " panicked"),
                    Self::Cancelled => concat!($task, " was cancelled"),
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
