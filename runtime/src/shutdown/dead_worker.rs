//! The workers that have died before the shutdown.

use std::fmt;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::tracker::{Kind, LoopRecord, Outcome, TaskSite, TrackerCore};
use crate::util::text::{CAUSE, Clean};
use crate::util::{Rounded, later};

/// A `#[worker]` of which none was left in its tracker when the shutdown began, and whose last one had not ended well.
#[derive(Clone, Debug)]
pub struct DeadWorker {
    site: &'static TaskSite,
    outcome: Outcome,
    cause: String,
    at: SystemTime,
    ago: Duration,
}

impl DeadWorker {
    /// Its function.
    #[must_use]
    pub fn site(&self) -> &'static TaskSite {
        self.site
    }

    /// How it ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Why, in one line.
    #[must_use]
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// When that was.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// How long before the shutdown began.
    #[must_use]
    pub fn ago(&self) -> Duration {
        self.ago
    }

    /// Those of this tracker.
    pub(super) fn all(core: &TrackerCore) -> impl Iterator<Item = Self> {
        core.loop_records().filter_map(Self::of)
    }

    fn of(record: &LoopRecord) -> Option<Self> {
        let site = record.site();
        let last = record.runs().last.filter(|_| site.kind() == Kind::Worker && record.live() == 0)?;
        let (outcome, took) = last.ended?;
        if !matches!(outcome, Outcome::Failed | Outcome::Panicked | Outcome::Lost) {
            return None;
        }
        // Of many that fail at once, not all leave their cause.
        let failure = site.last_failure().filter(|failure| failure.outcome == outcome);
        Some(Self {
            site,
            outcome,
            cause: failure.map(|failure| failure.cause).unwrap_or_default(),
            at: last.began_at + took,
            ago: Instant::now().saturating_duration_since(later(last.began, took)),
        })
    }
}

impl fmt::Display for DeadWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, outcome, cause, ago, .. } = self;
        let (name, file, line) = (site.name(), site.file(), site.line());
        write!(f, "`{name}` ({file}:{line}) {} {} before the shutdown", outcome.as_str(), Rounded(*ago))?;
        if cause.is_empty() { Ok(()) } else { write!(f, ": {}", Clean(cause, CAUSE)) }
    }
}
