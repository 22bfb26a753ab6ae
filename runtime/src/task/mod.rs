//! Calls, their tasks, and the ends of tasks.

mod attempt;
mod blocking;
mod call;
mod end;
mod finish;
mod future;
mod handle;
mod handover;
mod join_output;
mod large;
mod lifecycle;
mod looping;
mod no_call;
mod now;
mod pauses;
mod periodic;
mod retry;
mod rhythm;
mod run_requests;
mod shield;
mod spawn;
mod state;
mod unfinished;
mod wait;
mod worker;

pub use blocking::Job;
pub use call::Call;
pub use handle::{AbortOnDrop, TaskHandle};
pub use no_call::NoCall;
pub use now::RunNow;
pub use periodic::Run;
pub use retry::{Attempted, attempts};
pub use rhythm::{Missed, Rhythm};
pub use shield::shield;
pub(crate) use unfinished::Named;
pub use unfinished::{Hook, Reason, Spill, Unfinished};
