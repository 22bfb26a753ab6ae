//! Services that own their tasks: the last owner's end is the end of their loops.

mod owned_tracker;
mod task_owner;

pub use owned_tracker::OwnedTracker;
pub(crate) use owned_tracker::all;
pub use task_owner::TaskOwner;
