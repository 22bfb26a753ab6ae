//! Everything at one moment.

use std::time::SystemTime;

use super::{FunctionStatus, LoopStatus, QueueStatus, ServiceStatus, TrackerStatus};

/// Everything at one moment: what [`status()`](fn@crate::status) gives.
///
/// Each part is sorted by name, and then by place. Parts are read one after another: calls that come and go meanwhile may
/// be in one and not in the other.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// When it was asked for.
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
