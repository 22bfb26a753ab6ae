//! Calls, their tasks, and the ends of tasks.

mod attempt;
mod begin;
#[cfg(debug_assertions)]
mod beside;
mod blocking;
mod body;
mod call;
mod end;
mod filled;
mod finish;
mod future;
mod habits;
mod handle;
mod handover;
mod hint;
mod join_output;
mod large;
mod lifecycle;
mod looping;
mod method;
mod no_call;
mod now;
mod pauses;
mod periodic;
mod refused;
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
pub use shield::{Section, shield};
pub(crate) use unfinished::Named;
pub use unfinished::{Hook, Reason, Spill, Unfinished};
