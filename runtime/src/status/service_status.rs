//! A service at one moment.

/// The status of a service that owns its tasks. The status of its tracker is in
/// [`Status::trackers`](super::Status::trackers), under the same name, file and line.
///
/// ```
/// for service in outlive::status().services.iter().filter(|service| service.owners == 0) {
///     println!("{} ({}:{}): no owner is left, and its tasks end", service.name, service.file, service.line);
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServiceStatus {
    /// Its tracker's name.
    pub name: &'static str,
    /// The source file in which the tracker is made, as `file!()` gives it.
    pub file: &'static str,
    /// The line of the tracker.
    pub line: u32,
    /// How many owners it has: the service and its clones, without those inside tasks.
    pub owners: usize,
}
