//! Who keeps a tracker.

/// Who keeps a tracker.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum TrackerKind {
    /// The program: it is a static.
    Static,
    /// Whoever has a clone of its `Arc`.
    Shared,
    /// A service: it is an [`OwnedTracker`](crate::OwnedTracker).
    Owned,
}

impl TrackerKind {
    /// As a label of a metric, or in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Shared => "shared",
            Self::Owned => "owned",
        }
    }
}
