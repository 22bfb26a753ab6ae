//! Instants in eight bytes.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::time::Instant;

use super::panic::quietly;
use super::reading::{Reading, usable};
use super::time::later;

/// An instant in eight bytes: nanoseconds since an instant that all runtimes share. Zero means none.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticks(pub(crate) u64);

/// The value of the shared instant. It is in the middle, because a clock may be before it.
const MIDDLE: u64 = 1 << 63;

/// The shared instant, and its reading if readings can be used.
struct Zero {
    at: Instant,
    reading: Option<i64>,
}

/// An hour before it is first asked for: a paused clock stopped before that, and its instants take one subtraction, too.
static ZERO: LazyLock<Zero> = LazyLock::new(|| {
    let now = std::time::Instant::now();
    let at = Instant::from_std(now.checked_sub(Duration::from_secs(3_600)).unwrap_or(now));
    Zero { at, reading: usable(at) }
});

/// The nanoseconds of a duration. A duration that does not fit is larger than the middle, which means for ever.
#[inline]
pub(crate) fn nanos(duration: Duration) -> u64 {
    duration.as_secs().saturating_mul(1_000_000_000).saturating_add(duration.subsec_nanos().into())
}

impl Ticks {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn now() -> Self {
        Self::of(Instant::now())
    }

    /// The ticks of an instant, exact within 292 years of the shared one.
    pub(crate) fn of(at: Instant) -> Self {
        let Zero { at: zero, reading } = *ZERO;
        if let Some((reading, zero)) = reading.and_then(|zero| Some((Reading::of(at)?, zero))) {
            // Their difference fits, because both are at most half of the largest.
            return Self(MIDDLE.wrapping_add_signed(reading - zero));
        }
        Self(match at.checked_duration_since(zero) {
            Some(past) => MIDDLE.saturating_add(nanos(past)),
            None => MIDDLE.saturating_sub(nanos(zero - at)).max(1),
        })
    }

    pub(crate) fn instant(self) -> Option<Instant> {
        if self.0 == 0 {
            return None;
        }
        let zero = ZERO.at;
        if self.0 >= MIDDLE {
            Some(later(zero, Duration::from_nanos(self.0 - MIDDLE)))
        } else {
            zero.checked_sub(Duration::from_nanos(MIDDLE - self.0))
        }
    }

    pub(crate) fn is_set(self) -> bool {
        self.0 != 0
    }

    pub(crate) fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(nanos(duration)))
    }

    pub(crate) fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(nanos(duration)).max(1))
    }

    pub(crate) fn elapsed(self) -> Duration {
        if !self.is_set() {
            return Duration::ZERO;
        }
        let mut now = self;
        // On a thread that ends, tokio's clock may be destroyed already.
        quietly(|| now = Self::now());
        Duration::from_nanos(now.0.saturating_sub(self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Ticks, ZERO};

    /// Of an instant that is so far from the shared one, before and after it.
    fn around(distance: Duration) -> [Instant; 2] {
        [ZERO.at + distance, ZERO.at.checked_sub(distance).unwrap_or(ZERO.at)]
    }

    #[test]
    fn ticks_are_the_nanoseconds_between_instants_whatever_an_instant_is() {
        let distances = [0, 1, 999_999_999, 1_000_000_000, 1_000_000_001, 3_600_000_000_000, 30 * 86_400_000_000_000];
        for at in distances.map(Duration::from_nanos).into_iter().flat_map(around) {
            let ticks = Ticks::of(at);
            let past = u64::try_from(at.saturating_duration_since(ZERO.at).as_nanos()).unwrap();
            let future = u64::try_from(ZERO.at.saturating_duration_since(at).as_nanos()).unwrap();
            assert_eq!(ticks.0, super::MIDDLE + past - future);
            assert_eq!(ticks.instant(), Some(at));
        }
    }
}
