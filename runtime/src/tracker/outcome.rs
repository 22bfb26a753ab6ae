//! What becomes of a call.

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

    /// How many there are.
    pub(super) const COUNT: usize = 8;

    pub(crate) fn phrase(self) -> &'static str {
        match self {
            Self::Completed => "detached task completed",
            Self::Failed => "detached task failed, and nobody looked",
            Self::TimedOut => "detached task timed out",
            Self::Panicked => "detached task panicked",
            Self::Cancelled => "detached task was cancelled",
            Self::Lost => "detached task was lost with its runtime",
            Self::Rejected => "detached call was refused, and nobody looked",
            Self::NeverStarted => "detached call never started",
        }
    }
}
