//! A printable view of an `Err`, without a bound on the user's type.

use std::error::Error;
use std::fmt;

use crate::util::Chain;

/// A printable view of a task's `Err`, without a bound on the user's type.
pub enum ErrorView<'a> {
    /// It is an error, and is printed with its sources.
    Error(&'a (dyn Error + 'static)),
    /// It has a `Display`.
    Display(&'a dyn fmt::Display),
    /// It has a `Debug`.
    Debug(&'a dyn fmt::Debug),
    /// It has none of these, so its type's name is printed.
    Opaque(&'static str),
}

impl fmt::Display for ErrorView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => Chain(*error).fmt(f),
            Self::Display(error) => error.fmt(f),
            Self::Debug(error) => error.fmt(f),
            Self::Opaque(name) => f.write_str(name),
        }
    }
}

/// Returns the view of a task's result, if it is an `Err`.
pub type ErrorProbe<T> = for<'a> fn(&'a T) -> Option<ErrorView<'a>>;

/// Gives the probe. A task keeps this, and not the probe: as the closure that generated code writes, it takes no memory, and the probe
/// is compiled into the task's code.
pub(crate) trait ProbeSource<T>: Fn() -> ErrorProbe<T> + Copy + Send + 'static {}

impl<T, P: Fn() -> ErrorProbe<T> + Copy + Send + 'static> ProbeSource<T> for P {}
