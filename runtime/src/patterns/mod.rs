//! Patterns of concurrent work, on detached calls and contexts.

mod fallible;
mod first_failure;
mod flight;
mod fresh;
mod group;
mod habits;
mod in_flight;
mod running;
mod singleflight;
mod spawning;
mod validity;

pub use fresh::{Fresh, FreshError};
pub use group::{Group, GroupError};
pub use singleflight::{Landed, Singleflight};
