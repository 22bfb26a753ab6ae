//! The status of all trackers, functions, loops and services as a value: [`status()`](fn@crate::status) and its types.
//!
//! ```
//! use outlive::{Tracker, detached};
//!
//! static ARCHIVE: Tracker = Tracker::bounded("archive", 64).queue(10_000);
//!
//! #[detached(timeout = "5s", track = ARCHIVE)]
//! async fn archive_page(page: &'static str) -> Result<(), std::io::Error> {
//!     Err(std::io::Error::other("disk full"))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! drop(archive_page("home").await);
//! let status = outlive::status();
//! let archive = status.trackers.iter().find(|tracker| tracker.name == "archive").unwrap();
//! assert_eq!((archive.live, archive.bound, archive.queued), (0, Some(64), 0));
//! let page = status.functions.iter().find(|function| function.name == "archive_page").unwrap();
//! assert_eq!((page.tracker, page.counts.failed), (Some("archive"), 1));
//! assert_eq!(page.last_failure.as_ref().unwrap().cause, "disk full");
//! # }
//! ```

mod failure;
mod function_status;
mod gather;
mod loop_run;
mod loop_status;
mod queue_status;
mod queues;
mod rate;
mod samples;
mod service_status;
#[allow(clippy::module_inception, reason = "one public type a file")]
mod status;
mod tracker_kind;
mod tracker_state;
mod tracker_status;

pub use failure::Failure;
pub use function_status::FunctionStatus;
pub use gather::status;
pub use loop_run::LoopRun;
pub use loop_status::LoopStatus;
pub use queue_status::QueueStatus;
#[doc(hidden)]
pub use queues::{QueueSource, show_queue};
pub use rate::Rate;
pub use service_status::ServiceStatus;
pub use status::Status;
pub use tracker_kind::TrackerKind;
pub use tracker_state::TrackerState;
pub use tracker_status::TrackerStatus;
