//! `Tracker` admits, counts and drains; `TaskSite` is a function's record; `Permit` is a task's place in its tracker.

mod binding;
mod callers;
#[cfg(feature = "tracing")]
mod callsites;
mod claim;
mod core;
mod counts;
mod directory;
mod drain_report;
#[cfg(debug_assertions)]
mod drained_by;
mod habits;
pub(crate) mod isolation;
mod loop_record;
mod names;
mod outcome;
mod owned;
mod owners;
mod permit;
mod refusals;
mod rejected;
mod report_limits;
mod site;
mod site_log;
mod sites;
mod spec;
pub(crate) mod stop_request;
#[allow(clippy::module_inception, reason = "one public type a file")]
mod tracker;
mod tracker_ref;

pub(crate) use self::core::{Function, TaskInfo, TrackerCore};
pub use binding::Binding;
pub(crate) use binding::{Lends, Lent, OwnedBinding, SharedBinding, StaticBinding};
pub use callers::Callers;
#[cfg(feature = "tracing")]
pub(crate) use callsites::{Callsites, REPORT_FIELDS};
pub(crate) use claim::Claim;
pub use counts::Counts;
pub(crate) use directory::called;
pub use drain_report::{DrainReport, Fate, Straggler};
pub(crate) use drain_report::{HowManyFailed, Summary};
#[cfg(debug_assertions)]
pub(crate) use drained_by::{drained_by_a_shutdown, drained_elsewhere, drained_here, note_drained};
pub(crate) use isolation::{Isolated, PerIsolation};
pub(crate) use loop_record::LoopRecord;
pub(crate) use names::is_ambiguous;
pub use outcome::Outcome;
pub(crate) use owned::Owned;
pub(crate) use owners::Owners;
pub(crate) use permit::{Age, Hold, Permit};
pub use refusals::Refusals;
pub use rejected::Rejected;
pub(crate) use report_limits::{ReportKind, Suppressed};
pub use site::{StaticSite, TaskSite};
pub(crate) use site_log::LastFailure;
#[cfg(feature = "testing")]
pub(crate) use sites::of_the_process;
pub(crate) use sites::placed;
pub use sites::{Listed, sites};
pub use spec::{Kind, NO_GRACE, NO_TIMEOUT, SpanKind, Spec};
pub use stop_request::ShutdownCause;
pub use tracker::Tracker;
pub(crate) use tracker_ref::{HasCore, TrackerRef};
pub use tracker_ref::{Held, StaticTracker};
