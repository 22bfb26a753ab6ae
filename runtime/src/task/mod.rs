//! A call, its task, and the task's end.

mod attempt;
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
mod pauses;
mod periodic;
mod retry;
mod shield;
mod spawn;
mod state;
mod unfinished;
mod worker;

pub use blocking::Job;
pub use call::Call;
pub use handle::{AbortOnDrop, TaskHandle};
pub use periodic::{Missed, Run};
pub use retry::{Attempted, attempts};
pub use shield::shield;
pub(crate) use unfinished::Named;
pub use unfinished::{Hook, Reason, Spill, Unfinished};
