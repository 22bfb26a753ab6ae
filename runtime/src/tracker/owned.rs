//! The tracker of a service, and the number of its owners, shared with its tasks.

use std::time::Duration;

use super::owners::Owners;
use super::{HasCore, TrackerCore};

/// The tracker of a service. Its type is known to its tasks, so no virtual call is needed.
pub(crate) struct Owned {
    pub(crate) running: usize,
    pub(crate) waiting: usize,
    pub(crate) budget: Duration,
    /// The isolated test that it belongs to.
    pub(crate) isolation: u64,
    pub(crate) owners: Owners,
    pub(crate) core: TrackerCore,
}

impl HasCore for Owned {
    fn core(&self) -> &TrackerCore {
        &self.core
    }

    fn owners(&self) -> Option<usize> {
        Some(self.owners.count())
    }
}
