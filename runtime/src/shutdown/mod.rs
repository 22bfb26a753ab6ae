//! The end of a whole process, in phases.

mod member;
mod report;
#[allow(clippy::module_inception, reason = "one public type a file")]
mod shutdown;
#[cfg(feature = "signal")]
mod signals;

pub use report::{DoesNotFit, ShutdownReport};
pub use shutdown::Shutdown;
