//! Background tasks that outlive the request, never the service.

#![cfg_attr(not(windows), forbid(unsafe_code))]

#[cfg(all(panic = "abort", not(feature = "panic-abort")))]
compile_error!(
    "outlive catches the panics of its tasks, and `panic = \"abort\"` ends the process at the first: build with \
     `panic = \"unwind\"`, or turn on outlive's feature `panic-abort` if that is meant"
);

#[doc(hidden)]
#[allow(missing_docs, clippy::must_use_candidate, reason = "not part of the public face")]
pub mod __private;

mod ambient;
mod call;
mod cancel;
mod context;
mod drain;
mod error;
mod flight;
mod handle;
mod report;
mod roster;
mod shield;
mod site;
mod sync;
mod tracker;
mod unfinished;

pub use cancel::{CancelCause, CancelSource};
pub use context::{Context, DetachedContext, OnCancel};
pub use drain::{DrainReport, Fate, Straggler};
pub use error::{Panic, Rejected, TaskError};
pub use handle::{AbortOnDrop, TaskHandle};
pub use shield::shield;
pub use site::{Counts, TaskSite, sites};
pub use tracker::Tracker;
pub use unfinished::{Reason, Unfinished};

pub use outlive_macros::*;
