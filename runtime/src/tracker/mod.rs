//! `Tracker` admits, counts and drains; `TaskSite` is a function's record; `Permit` is a task's place in its tracker.

mod binding;
mod callers;
mod claim;
mod core;
mod counts;
mod drain_report;
pub(crate) mod isolation;
mod outcome;
mod permit;
mod report_limits;
mod site;
mod sites;
mod spec;
#[allow(clippy::module_inception, reason = "one public type a file")]
mod tracker;
mod tracker_ref;

pub(crate) use self::core::{TaskInfo, TrackerCore};
pub(crate) use binding::{Binding, SharedBinding, StaticBinding};
pub use callers::Callers;
pub(crate) use claim::Claim;
pub use counts::Counts;
pub(crate) use drain_report::Summary;
pub use drain_report::{DrainReport, Fate, Straggler};
pub(crate) use isolation::{Isolated, PerIsolation};
pub(crate) use outcome::Outcome;
pub(crate) use permit::Permit;
pub use site::TaskSite;
#[cfg(feature = "testing")]
pub(crate) use sites::of_the_process;
pub(crate) use sites::placed;
pub use sites::{Listed, sites};
pub use spec::{NO_GRACE, NO_TIMEOUT, SpanKind, Spec};
pub use tracker::Tracker;
pub(crate) use tracker_ref::{HasCore, TrackerRef};
pub use tracker_ref::{Held, StaticTracker};
