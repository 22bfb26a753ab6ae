//! outlive beside the real parts that a service has. Its tests are in `tests/`, one file for each of those parts.

#![doc(test(attr(deny(warnings), allow(dead_code))))]

/// The programs in the book that are about those parts.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../../../docs/watching.md")]
    mod watching {}
}
