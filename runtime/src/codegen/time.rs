//! A time that the user gives as an expression: what is no `Duration` is refused with what to write.

use std::ops::Deref;
use std::time::Duration;

/// What the user has written, to be asked for the `Duration` that it is: `Time(LIMIT).__outlive_duration()`.
pub struct Time<T>(pub T);

impl Time<Duration> {
    #[must_use]
    #[inline]
    pub const fn __outlive_duration(self) -> Duration {
        self.0
    }
}

/// What a `Duration` is, and nothing else. A trait, for its message.
#[diagnostic::on_unimplemented(
    message = "a time is a `Duration`, and this is `{Self}`",
    label = "of a number of seconds, write `std::time::Duration::from_secs(…)` around it",
    note = "of milliseconds, it is `std::time::Duration::from_millis(…)`; a time that is known here may be a literal, as in `\"5s\"`"
)]
pub trait IsDuration {}

/// Of any other type. Method resolution comes here by `Deref`.
pub struct NoTime<T>(T);

impl<T> NoTime<T> {
    pub fn __outlive_duration(&self) -> Duration
    where
        T: IsDuration,
    {
        unreachable!("no type is a `Duration` but that one")
    }
}

impl<T> Deref for Time<T> {
    type Target = NoTime<T>;

    fn deref(&self) -> &NoTime<T> {
        unreachable!("what is no `Duration` does not compile")
    }
}
