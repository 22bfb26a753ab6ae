//! The status as a web page, and as JSON: `StatusPage`.
//!
//! The page is written here, whole, and only here: its script fetches it anew, and changes on the screen what has changed.
//! So there is one place where texts from outside become HTML, `markup`.

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
