//! Other crates: each file is a feature.

#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "bb8")]
mod bb8;
#[cfg(feature = "deadpool")]
mod deadpool;
#[cfg(feature = "page")]
mod page;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "page")]
pub use self::page::StatusPage;
#[cfg(feature = "tower")]
pub use self::tower::{ContextFuture, ContextLayer, ContextService};
