//! An `Err`, as it can be shown without a bound on the user's type.

use std::error::Error;
use std::fmt;

use crate::util::Chain;

/// An `Err` that a task returned, as it can be shown without a bound on the user's type.
pub enum ErrorView<'a> {
    /// Is an error, with its sources.
    Error(&'a (dyn Error + 'static)),
    /// Has a `Display`.
    Display(&'a dyn fmt::Display),
    /// Has a `Debug`.
    Debug(&'a dyn fmt::Debug),
    /// Its type's name.
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

/// Whether what a task returned is an `Err`.
pub type ErrorProbe<T> = for<'a> fn(&'a T) -> Option<ErrorView<'a>>;
