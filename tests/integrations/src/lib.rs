//! outlive beside the real parts that a service has. Its tests are in `tests/`, one file for each of those parts. Here is
//! what they share.

#![doc(test(attr(deny(warnings), allow(dead_code))))]

/// The programs of the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}

/// The programs in the book that need what only this package has.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../../../docs/last-mile.md")]
    mod last_mile {}
    #[doc = include_str!("../../../docs/loops.md")]
    mod loops {}
    #[doc = include_str!("../../../docs/recipes.md")]
    mod recipes {}
    #[doc = include_str!("../../../docs/watching.md")]
    mod watching {}
}

mod html;
mod http;
mod receiver;
mod traces;

pub use html::Element;
pub use http::{send, serve};
pub use receiver::{Received, Receiver, exporting_to};
pub use traces::{Traces, attribute};
