//! An instant's nanoseconds, read out of its hash. The difference of two instants takes 60 instructions, and this takes 10.
//!
//! What an instant hashes is nobody's promise. So [`usable`] checks, once, that this is a number of seconds and one of nanoseconds,
//! and that they move as instants do. If it is anything else, instants are subtracted.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use tokio::time::Instant;

/// What an instant gives to a hasher.
#[derive(Default)]
pub(super) struct Reading {
    seconds: Option<i64>,
    nanos: Option<u32>,
    is_other: bool,
}

impl Reading {
    /// At most half of the largest number. `None` if it cannot be read.
    #[inline]
    pub(super) fn of(at: Instant) -> Option<i64> {
        let mut reading = Self::default();
        at.hash(&mut reading);
        reading.nanoseconds()
    }

    #[inline]
    fn nanoseconds(self) -> Option<i64> {
        match self {
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
pub(super) fn usable(at: Instant) -> Option<i64> {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Reading, usable};

    #[test]
    fn where_an_instant_is_seconds_and_nanoseconds_it_is_read() {
        let now = Instant::now();
        let Some(zero) = usable(now) else { return };
        let later = Reading::of(now + Duration::from_millis(7_300));
        assert_eq!(later.map(|later| later - zero), Some(7_300_000_000));
    }

    /// Seconds and nanoseconds are all that `Reading` takes.
    #[test]
    fn what_hashes_anything_else_is_not_read() {
        use std::hash::{Hash, Hasher};

        let read = |write: fn(&mut Reading)| {
            let mut reading = Reading::default();
            write(&mut reading);
            reading.nanoseconds()
        };
        assert_eq!(read(|reading| (3_i64, 5_u32).hash(reading)), Some(3_000_000_005));
        assert_eq!(read(|reading| (3_u64, 5_u32).hash(reading)), None, "Windows has a `Duration`");
        assert_eq!(read(|reading| 3_i64.hash(reading)), None);
        assert_eq!(read(|reading| (3_i64, 5_u32, 7_u32).hash(reading)), None);
        assert_eq!(read(|reading| (i64::MAX, 5_u32).hash(reading)), None, "it would not fit");
        assert_eq!(read(|reading| reading.write(b"3.000000005")), None);
    }
}
