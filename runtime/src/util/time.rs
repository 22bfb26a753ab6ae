//! Instants that cannot overflow.

use std::time::Duration;

use tokio::time::Instant;

/// A moment so far away that it never comes stands for one that cannot be expressed.
pub(crate) fn later(at: Instant, duration: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    at.checked_add(duration).or_else(|| at.checked_add(CENTURY)).unwrap_or(at)
}

pub(crate) fn after(duration: Duration) -> Instant {
    later(Instant::now(), duration)
}
