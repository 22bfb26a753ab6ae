//! Errors of calls.

mod habits;
mod panic;
mod refused;
mod task_error;

pub use panic::Panic;
pub use refused::Refused;
pub use task_error::TaskError;
pub(crate) use task_error::timed_out;

pub use crate::context::CancelCause;
pub use crate::tracker::Rejected;

use crate::tracker::TaskSite;
use crate::util::text::{Clean, NAME};

/// Appends the function, its file and line, and the tracker to an error's text.
fn named(f: &mut std::fmt::Formatter<'_>, site: &TaskSite, tracker: &str) -> std::fmt::Result {
    let (name, tracker) = (Clean(site.name(), NAME), Clean(tracker, NAME));
    write!(f, ": `{name}` ({}:{}) in `{tracker}`", site.file(), site.line())
}
