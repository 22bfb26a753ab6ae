//! What a service shares with its tasks: its tracker, and how many own it.

use std::time::Duration;

use super::owners::Owners;
use super::{HasCore, TrackerCore};

/// The tracker of a service. Its type is known where its tasks are: nobody asks it what it is made of.
pub(crate) struct Owned {
    pub(crate) running: usize,
    pub(crate) waiting: usize,
    pub(crate) budget: Duration,
    /// Whose it is, where tests are isolated.
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
