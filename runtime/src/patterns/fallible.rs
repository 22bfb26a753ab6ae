//! Work whose `Err` counts as a failure.

use std::error::Error;
use std::fmt;

use super::Singleflight;
use crate::report::{ErrorProbe, ErrorView};

impl<K, T, E: fmt::Display> Singleflight<K, Result<T, E>> {
    /// Counts an `Err` that the work returns as failed, as a `#[detached]` function's is; one that no caller takes,
    /// since all have gone, is reported. Without this it is a value like another.
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
    /// As [`fallible`](Self::fallible), and the report says what has led to the error, too: its
    /// [`source`](std::error::Error::source), and so on.
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
