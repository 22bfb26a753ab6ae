//! Services that own their tasks: dropping the last owner ends their loops and workers.

mod habits;
mod owned_tracker;
mod task_owner;

pub use owned_tracker::OwnedTracker;
pub(crate) use owned_tracker::all;
pub use task_owner::TaskOwner;
