//! Work whose `Err` counts as a failure.

use std::error::Error;
use std::fmt;

use super::Singleflight;
use crate::report::{ErrorProbe, ErrorView};

impl<K, T, E: fmt::Display> Singleflight<K, Result<T, E>> {
    /// Counts an `Err` of the work as failed, like that of a `#[detached]` function. If all callers have gone, the `Err` is
    /// reported. Without this an `Err` is an ordinary value.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use outlive::{Singleflight, Tracker};
    /// # type Error = std::sync::Arc<std::io::Error>;
    /// # static CACHE: Tracker = Tracker::bounded("cache", 64);
    /// static USERS: Singleflight<u64, Result<String, Error>> =
    ///     Singleflight::new("users", &CACHE, Duration::from_secs(5)).fallible();
    /// ```
    #[must_use]
    pub const fn fallible(self) -> Self {
        self.fallible_by(|value| match value {
            Ok(_) => None,
            Err(error) => Some(ErrorView::Display(error)),
        })
    }
}

impl<K, T, E: Error + 'static> Singleflight<K, Result<T, E>> {
    /// As [`fallible`](Self::fallible), and reports the error together with its [`source`](std::error::Error::source) chain.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use outlive::{Singleflight, Tracker};
    /// # type Error = std::sync::Arc<std::io::Error>;
    /// # static CACHE: Tracker = Tracker::bounded("cache", 64);
    /// static USERS: Singleflight<u64, Result<String, Error>> =
    ///     Singleflight::new("users", &CACHE, Duration::from_secs(5)).fallible_with_sources();
    /// ```
    #[must_use]
    pub const fn fallible_with_sources(self) -> Self {
        self.fallible_by(|value| match value {
            Ok(_) => None,
            Err(error) => Some(ErrorView::Error(error)),
        })
    }
}

impl<K, V> Singleflight<K, V> {
    pub(super) const fn fallible_by(mut self, error_of: ErrorProbe<V>) -> Self {
        self.error_of = error_of;
        self
    }
}
