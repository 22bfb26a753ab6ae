//! outlive beside the real parts that a service has. Its tests are in `tests/`, one file for each of those parts; here is what
//! they share: a server and a client over a socket, and a parser of HTML that is not ours.

#![doc(test(attr(deny(warnings), allow(dead_code))))]

mod html;
mod http;

pub use html::Element;
pub use http::{send, serve};

/// The programs in the book that are about those parts.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../../../docs/watching.md")]
    mod watching {}
}
