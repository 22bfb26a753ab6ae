//! The only names that generated code uses. Not part of the public face: they change without notice.

pub use inventory;
pub use outlive;

pub use crate::function::Way;
pub use crate::function::{Access, Cut, Function, JobResult, Listed, StateProbe, StateType, States, ViaNoState, drive};
pub use crate::function::{Arguments, Codec, Probe, Unreadable, ViaNothing};
pub use crate::job::Job;
