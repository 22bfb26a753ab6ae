//! Where a tracker is stored.

/// Whether a tracker is a static, shared, or owned by a service.
///
/// ```
/// use outlive::status::TrackerKind;
///
/// assert_eq!(TrackerKind::Static.as_str(), "static");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum TrackerKind {
    /// A static.
    Static,
    /// An `Arc<Tracker>`.
    Shared,
    /// An [`OwnedTracker`](crate::OwnedTracker) of a service.
    Owned,
}

impl TrackerKind {
    /// The name as it is in a metric's label and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Shared => "shared",
            Self::Owned => "owned",
        }
    }
}
