//! Integrations of other crates, each with its feature.

#[cfg(any(feature = "axum", feature = "tonic"))]
mod answer;
#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "bb8")]
mod bb8;
#[cfg(feature = "deadpool")]
mod deadpool;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "tower")]
mod open_body;
#[cfg(feature = "page")]
mod page;
#[cfg(feature = "prometheus-client")]
pub mod prometheus;
#[cfg(feature = "tower")]
mod request_line;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(any(feature = "metrics", feature = "prometheus-client"))]
mod scrape;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "sqlx")]
mod sqlx;
#[cfg(feature = "tonic")]
mod tonic;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "page")]
pub use self::page::StatusPage;
#[cfg(feature = "tower")]
pub use self::tower::{ContextFuture, ContextLayer, ContextService};
