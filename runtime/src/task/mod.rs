//! A call, its task, and the task's end.

mod blocking;
mod call;
mod end;
mod finish;
mod future;
mod handle;
mod handover;
mod join_output;
mod lifecycle;
mod looping;
mod periodic;
mod shield;
mod state;
mod unfinished;
mod worker;

pub use call::Call;
pub use handle::{AbortOnDrop, TaskHandle};
pub use periodic::Missed;
pub use shield::shield;
pub use unfinished::{Hook, Reason, Spill, Unfinished};
