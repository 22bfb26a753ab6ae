//! What a request carries, as data. What the running code can ask for is in `current`.

mod cancel_source;
#[allow(clippy::module_inception, reason = "one public type a file")]
mod context;
mod detached;
mod signal;
mod values;

pub use cancel_source::CancelSource;
pub use context::Context;
pub use detached::{DetachedContext, HasAnEnd};
pub(crate) use signal::Link;
pub(crate) use values::Values;
