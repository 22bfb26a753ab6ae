//! How many calls of a function started, and how many failed, in the last minute.

use std::time::Duration;

/// How many calls of a function started, and how many failed, within the last minute.
///
/// It counts from an earlier call of [`status()`](fn@crate::status): the last one at least a minute ago, or the first one if
/// there is none. So `over` is less than a minute at first, and more if `status()` is called rarely.
///
/// ```
/// for function in outlive::status().functions {
///     if let Some(rate) = function.last_minute {
///         println!("{}: {:.1} calls a second, {} failed in {:?}", function.name, rate.started_per_second(), rate.failed, rate.over);
///     }
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub struct Rate {
    /// The time over which it was counted: at least a second.
    pub over: Duration,
    /// Calls that began to run in this time.
    pub started: u64,
    /// Calls that failed in this time: with an `Err`, a timeout, a panic, an abort, or lost with their runtime.
    pub failed: u64,
}

impl Rate {
    /// How many calls began to run per second.
    #[must_use]
    pub fn started_per_second(&self) -> f64 {
        self.per_second(self.started)
    }

    /// How many calls failed per second.
    #[must_use]
    pub fn failed_per_second(&self) -> f64 {
        self.per_second(self.failed)
    }

    #[allow(clippy::cast_precision_loss, reason = "within 2^53 it is exact")]
    fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.over.as_secs_f64()
    }
}
