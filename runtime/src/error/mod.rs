//! Why there is no value.

mod cancel_cause;
mod panic;
mod rejected;
mod task_error;

pub use cancel_cause::CancelCause;
pub use panic::Panic;
pub use rejected::Rejected;
pub use task_error::TaskError;
pub(crate) use task_error::timed_out;
