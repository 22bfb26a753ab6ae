//! Arithmetic on instants that never overflows.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

/// Adds a duration to an instant. A result that cannot be expressed is an instant a century away.
pub(crate) fn later(at: Instant, duration: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    at.checked_add(duration).or_else(|| at.checked_add(CENTURY)).unwrap_or(at)
}

pub(crate) fn after(duration: Duration) -> Instant {
    later(Instant::now(), duration)
}

/// Prints a duration rounded to milliseconds, for an operator.
pub(crate) struct Rounded(pub(crate) Duration);

impl fmt::Display for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        if millis == 0 { f.write_str("0s") } else { write!(f, "{:?}", Duration::from_millis(millis)) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{after, later};

    #[test]
    fn what_cannot_be_expressed_is_a_century_away() {
        let now = Instant::now();
        assert_eq!(later(now, Duration::from_secs(5)) - now, Duration::from_secs(5));
        assert!(later(now, Duration::MAX) - now >= Duration::from_secs(100 * 365 * 24 * 60 * 60));
        assert!(after(Duration::MAX) > now);
    }
}
