//! How many calls of a function started, and failed, of late.

use std::time::Duration;

/// How many calls of a function started, and how many failed, within the last minute.
///
/// It is what has been counted since an earlier call of [`status()`](fn@crate::status): the last one that is at least a minute
/// ago, or, where there is none, the first. So `over` is less than a minute at first, and more where `status()` is
/// seldom asked for.
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub struct Rate {
    /// Over how long it was counted.
    pub over: Duration,
    /// Calls that got their turn in it.
    pub started: u64,
    /// Calls that ended badly in it: with an `Err`, a timeout, a panic, an abort, or lost with their runtime.
    pub failed: u64,
}

impl Rate {
    /// How many got their turn in each second.
    #[must_use]
    pub fn started_per_second(&self) -> f64 {
        self.per_second(self.started)
    }

    /// How many failed in each second.
    #[must_use]
    pub fn failed_per_second(&self) -> f64 {
        self.per_second(self.failed)
    }

    #[allow(clippy::cast_precision_loss, reason = "within 2^53 it is exact")]
    fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.over.as_secs_f64()
    }
}
