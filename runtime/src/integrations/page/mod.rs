//! The status as a web page, and as JSON: `StatusPage`.
//!
//! The page is rendered only on the server: its script fetches it again, and updates the changed parts. So texts from
//! outside become HTML in one place, `markup`.

mod attention;
mod document;
mod format;
mod functions;
mod loops;
mod markup;
mod queues;
mod request;
#[cfg(feature = "axum")]
mod router;
mod service;
mod services;
mod table;
mod trackers;

pub use service::StatusPage;
