//! A service at one moment.

/// A service that owns its tasks, at one moment. What its tracker says is in [`Status::trackers`](super::Status::trackers),
/// under the same name and place.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServiceStatus {
    /// Its tracker's name.
    pub name: &'static str,
    /// The source file in which the tracker is made, as `file!()` gives it.
    pub file: &'static str,
    /// The line there.
    pub line: u32,
    /// How many own it: the service and its clones, without those that tasks work on.
    pub owners: usize,
}
