//! Everything at one moment.

use std::time::SystemTime;

use super::{FunctionStatus, LoopStatus, QueueStatus, ServiceStatus, TrackerStatus};

/// The status of all trackers, functions, loops and services, from [`status()`](fn@crate::status).
///
/// Each part is sorted by name, then by file and line. The parts are read one after another: calls that start or end in
/// between may be in one part and not in another.
///
/// It is a copy: it does not change, and holds nothing.
///
/// ```
/// use outlive::status::Status;
///
/// /// For a probe of your own: no tracker has a task that waits for its place.
/// fn has_room(status: &Status) -> bool {
///     status.trackers.iter().all(|tracker| tracker.queued == 0)
/// }
///
/// assert!(has_room(&outlive::status()));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// When it was read.
    pub at: SystemTime,
    /// Each tracker.
    pub trackers: Vec<TrackerStatus>,
    /// Each annotated function, called or not, as [`sites`](crate::sites) lists them.
    pub functions: Vec<FunctionStatus>,
    /// Each function that has been started as a loop or as a worker, in each of its trackers.
    pub loops: Vec<LoopStatus>,
    /// Each service that owns its tasks.
    pub services: Vec<ServiceStatus>,
    /// Each queue of durable jobs that this process has a worker for.
    pub queues: Vec<QueueStatus>,
}
