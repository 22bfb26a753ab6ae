//! Validity by two clocks: the monotonic clock may stop while the machine sleeps, and the wall clock may be set.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::util::later;

/// A moment on both clocks.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self { steady: Instant::now(), wall: SystemTime::now() }
    }

    pub(super) fn steady(self) -> Instant {
        self.steady
    }
}

/// The end of a validity, which is over when either clock says so. A wall clock that is set back does not extend it. A wall
/// clock that is set forward, or went on while the machine slept, ends it.
#[derive(Clone, Copy)]
pub(super) struct Validity {
    steady: Instant,
    /// `None` if it cannot be expressed.
    wall: Option<SystemTime>,
}

impl Validity {
    pub(super) fn new(began: Moment, valid_for: Duration) -> Self {
        Self { steady: later(began.steady, valid_for), wall: began.wall.checked_add(valid_for) }
    }

    /// How much time is left.
    pub(super) fn left(&self, now: Moment) -> Duration {
        let steady = self.steady.saturating_duration_since(now.steady);
        let wall = self.wall.map(|until| until.duration_since(now.wall).unwrap_or_default());
        wall.map_or(steady, |wall| wall.min(steady))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use tokio::time::Instant;

    use super::{Moment, Validity};

    const HOUR: Duration = Duration::from_secs(3_600);
    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn it_ends_when_the_first_of_the_two_clocks_says_so() {
        let began = Moment { steady: Instant::now(), wall: SystemTime::now() };
        let after =
            |steady: Duration, wall: Duration| Moment { steady: began.steady + steady, wall: began.wall + wall };
        let validity = Validity::new(began, HOUR);
        assert_eq!(validity.left(began), HOUR);
        assert_eq!(validity.left(after(MINUTE, MINUTE)), 59 * MINUTE);
        // The machine has slept for two hours.
        assert_eq!(validity.left(after(MINUTE, 2 * HOUR)), Duration::ZERO);
        // tokio's clock is paused, and moved by a test.
        assert_eq!(validity.left(after(2 * HOUR, MINUTE)), Duration::ZERO);
        // Somebody has set the wall clock back.
        let back = Moment { wall: began.wall - HOUR, ..after(MINUTE, MINUTE) };
        assert_eq!(validity.left(back), 59 * MINUTE);
    }

    #[test]
    fn what_never_ends_does_not_end() {
        let began = Moment::now();
        assert!(Validity::new(began, Duration::MAX).left(began) > 24 * HOUR);
    }
}
