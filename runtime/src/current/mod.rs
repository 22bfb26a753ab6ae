//! The thread-local state of the running code: its context, and its task.

mod carrier;
mod carriers;
mod context;
mod near_value;
mod on_cancel;
mod record;
mod run;
mod scope;
mod scoped;

pub(crate) use carrier::CarrierSet;
pub use carrier::{Capture, Carrier, carry};
pub(crate) use carriers::{Carriers, TaskName};
pub use on_cancel::OnCancel;
pub(crate) use record::{Extra, Leave, Stage, StopReason, TaskRecord, Timing};
pub(crate) use run::{in_place, in_task};
#[cfg(debug_assertions)]
pub(crate) use scope::is_outside;
pub(crate) use scope::{Current, InScope, Scope, caller, current_task, for_group, for_thread, origin, with_task};
pub use scoped::Scoped;
