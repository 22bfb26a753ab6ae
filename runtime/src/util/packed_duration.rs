//! A duration in four bytes.

use std::time::Duration;

/// A duration in four bytes: exact to the microsecond up to half an hour, and to the millisecond up to 24 days.
///
/// With a `Duration` instead, a task's state has 64 bytes and not 48. tokio's cell of 256 bytes leaves 152 for the body and
/// the state, so a body of 96 bytes needs the smaller state.
#[derive(Clone, Copy, Default)]
pub(crate) struct PackedDuration(u32);

impl PackedDuration {
    const MILLIS: u32 = 1 << 31;
    pub(crate) const ZERO: Self = Self(0);

    pub(crate) fn of(time: Duration) -> Self {
        match u32::try_from(time.as_micros()) {
            Ok(micros) if micros < Self::MILLIS => Self(micros),
            _ => Self(Self::MILLIS | u32::try_from(time.as_millis()).unwrap_or(u32::MAX).min(Self::MILLIS - 1)),
        }
    }

    #[inline]
    pub(crate) fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn get(self) -> Duration {
        if self.0 < Self::MILLIS {
            Duration::from_micros(self.0.into())
        } else {
            Duration::from_millis((self.0 - Self::MILLIS).into())
        }
    }
}
