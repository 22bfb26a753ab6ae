//! Instants in eight bytes.

use std::hash::{Hash, Hasher};
use std::sync::LazyLock;
use std::time::Duration;

use tokio::time::Instant;

use super::panic::quietly;
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

/// Reads an instant's nanoseconds out of its hash. The difference of two instants takes 60 instructions, and this takes 10.
/// What an instant hashes is nobody's promise, so [`usable`] checks first that it can be used here.
#[derive(Default)]
struct Reading {
    seconds: Option<i64>,
    nanos: Option<u32>,
    is_other: bool,
}

impl Reading {
    /// At most half of the largest number. `None` if it cannot be read.
    #[inline]
    fn of(at: Instant) -> Option<i64> {
        let mut reading = Self::default();
        at.hash(&mut reading);
        match reading {
            Self { seconds: Some(seconds), nanos: Some(nanos), is_other: false } => {
                let range = i64::MIN / 2_000_000_000 + 1..i64::MAX / 2_000_000_000;
                range.contains(&seconds).then(|| seconds * 1_000_000_000 + i64::from(nanos))
            }
            _ => None,
        }
    }
}

impl Hasher for Reading {
    #[inline]
    fn write_i64(&mut self, seconds: i64) {
        self.is_other |= self.seconds.replace(seconds).is_some();
    }

    #[inline]
    fn write_u32(&mut self, nanos: u32) {
        self.is_other |= self.nanos.replace(nanos).is_some();
    }

    fn write(&mut self, _: &[u8]) {
        self.is_other = true;
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// The reading of this instant, if the readings of others are as far from it as they are.
fn usable(at: Instant) -> Option<i64> {
    let zero = Reading::of(at)?;
    let is_right = |nanos: u64| {
        let distance = i64::try_from(nanos).ok()?;
        let (later, earlier) =
            (at.checked_add(Duration::from_nanos(nanos))?, at.checked_sub(Duration::from_nanos(nanos)));
        let is_earlier = earlier.is_none_or(|earlier| Reading::of(earlier) == Some(zero - distance));
        Some(is_earlier && Reading::of(later) == Some(zero + distance))
    };
    // Among any eleven tenths of a second in order there is a step from one second to the next.
    let distances = (0..=10).map(|tenth| tenth * 100_000_000 + 1).chain([1_000_000_000, 86_400_000_000_000]);
    distances.map(is_right).all(|is_right| is_right == Some(true)).then_some(zero)
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

    use super::{Reading, Ticks, ZERO, nanos};

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

    #[test]
    fn where_an_instant_is_seconds_and_nanoseconds_it_is_read() {
        let Some(zero) = ZERO.reading else { return };
        let later = ZERO.at + Duration::from_millis(7_300);
        assert_eq!(Reading::of(later).map(|later| later - zero), Some(7_300_000_000));
        assert_eq!(nanos(Duration::from_millis(7_300)), 7_300_000_000);
    }
}
