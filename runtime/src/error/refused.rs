//! A refused call, with its function and its tracker.

use std::error::Error;
use std::fmt;

use super::{Rejected, TaskError, named};
use crate::tracker::TaskSite;

/// A refused call, with its function, its tracker, and the reason ([`Rejected`]).
///
/// [`TaskHandle::refused`](crate::TaskHandle::refused) returns it.
///
/// ```
/// use outlive::{Refused, Rejected, Tracker, detached};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 1);
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn write_audit(user: u64) {
///     println!("{user} signed in");
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// write_audit(7);
/// let refused = write_audit(8).refused().expect("the only place is taken");
///
/// assert_eq!(refused.rejected(), Rejected::Full);
/// assert_eq!((refused.site().name(), refused.tracker()), ("write_audit", "audit"));
/// assert!(refused.to_string().starts_with("refused: the tracker is full: `write_audit` ("));
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Refused {
    rejected: Rejected,
    site: &'static TaskSite,
    tracker: &'static str,
}

impl Refused {
    pub(crate) fn new(rejected: Rejected, site: &'static TaskSite, tracker: &'static str) -> Self {
        Self { rejected, site, tracker }
    }

    /// Why the call was refused.
    #[must_use]
    pub fn rejected(&self) -> Rejected {
        self.rejected
    }

    /// The function that was called.
    #[must_use]
    pub fn site(&self) -> &'static TaskSite {
        self.site
    }

    /// The name of the tracker that refused the call.
    #[must_use]
    pub fn tracker(&self) -> &'static str {
        self.tracker
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("rejected", &self.rejected)
            .field("task", &self.site.name())
            .field("tracker", &self.tracker)
            .finish()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rejected.fmt(f)?;
        named(f, self.site, self.tracker)
    }
}

impl Error for Refused {}

impl From<Refused> for Rejected {
    fn from(refused: Refused) -> Self {
        refused.rejected
    }
}

impl From<Refused> for TaskError {
    fn from(refused: Refused) -> Self {
        Self::Rejected(refused.rejected)
    }
}
