//! outlive beside the real parts that a service has. Its tests are in `tests/`, one file for each of those parts. Here is
//! what they share.

#![doc(test(attr(deny(warnings), allow(dead_code))))]

mod traces;

pub use traces::{Traces, attribute};
