//! The shutdown of a process, in phases.

mod after;
mod arguments;
mod before;
mod blocked;
mod budget;
mod dead_worker;
mod finally;
mod habits;
mod late_calls;
mod left_alone;
mod listening;
mod member;
mod members;
mod readiness;
mod report;
mod run;
mod server;
#[allow(clippy::module_inception, reason = "one public type a file")]
mod shutdown;
#[cfg(feature = "signal")]
mod signals;
#[cfg(all(feature = "systemd", unix))]
mod systemd;

#[cfg(feature = "serde")]
pub(crate) use before::EndedBefore;
pub use dead_worker::DeadWorker;
pub use readiness::Readiness;
pub use report::{DoesNotFit, ShutdownReport};
pub use server::{ServerReport, StepResult, Stop};
pub use shutdown::Shutdown;
