//! Why there is no value.

mod panic;
mod refused;
mod rejected;
mod task_error;

pub use panic::Panic;
pub use refused::Refused;
pub use rejected::Rejected;
pub use task_error::TaskError;
pub(crate) use task_error::timed_out;

pub use crate::context::CancelCause;

use crate::tracker::TaskSite;

/// Of whose call something is said, behind what is said of it.
fn named(f: &mut std::fmt::Formatter<'_>, site: &TaskSite, tracker: &str) -> std::fmt::Result {
    write!(f, ": `{}` ({}:{}) in `{tracker}`", site.name(), site.file(), site.line())
}
