//! Workers that died before their tracker was drained.

use std::fmt;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::tracker::{Kind, LoopRecord, Outcome, TaskSite, TrackerCore};
use crate::util::text::{CAUSE, Clean};
use crate::util::{Rounded, later};

/// A `#[worker]` function that had no running worker when the drain of its tracker began, and whose last worker had failed.
///
/// [`ShutdownReport::died`](super::ShutdownReport::died) lists them. Its `Display` is one line, for an operator.
///
/// ```
/// use std::io;
/// use outlive::{Outcome, Shutdown, Tracker, worker};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[worker(track = MAIL)]
/// async fn deliver() -> io::Result<()> {
///     Err(io::Error::other("no mail server"))
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let ended = deliver().await;
/// assert!(ended.unwrap().is_err());
///
/// let report = Shutdown::new().phase("mail").tracker(&MAIL).run().await;
/// let [dead] = report.died() else { panic!("{report}") };
/// assert_eq!((dead.site().name(), dead.outcome(), dead.cause()), ("deliver", Outcome::Failed, "no mail server"));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct DeadWorker {
    site: &'static TaskSite,
    outcome: Outcome,
    cause: String,
    at: SystemTime,
    when: When,
}

/// When it ended, relative to the begin of the shutdown.
#[derive(Clone, Copy, Debug)]
enum When {
    Before(Duration),
    /// After it, while servers and earlier phases ended.
    After(Duration),
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

    /// Why it failed, in one line.
    ///
    /// It is empty if so many tasks failed at once that not every cause was kept.
    #[must_use]
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// When it ended.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// How long before the shutdown it ended. Zero if it ended later, while servers or earlier phases ended.
    #[must_use]
    pub fn ago(&self) -> Duration {
        match self.when {
            When::Before(ago) => ago,
            When::After(_) => Duration::ZERO,
        }
    }

    /// The dead workers of a tracker, for a shutdown that began at `begun`.
    pub(super) fn all(core: &TrackerCore, begun: Instant) -> impl Iterator<Item = Self> {
        core.loop_records().filter_map(move |record| Self::of(record, begun))
    }

    pub(super) fn has_died_since(&self) -> bool {
        matches!(self.when, When::After(_))
    }

    fn of(record: &LoopRecord, begun: Instant) -> Option<Self> {
        let site = record.site();
        let last = record.runs().last.filter(|_| site.kind() == Kind::Worker && record.live() == 0)?;
        let (outcome, took) = last.ended?;
        if !matches!(outcome, Outcome::Failed | Outcome::Panicked | Outcome::Lost) {
            return None;
        }
        // If many tasks fail at once, not all causes are kept.
        let failure = site.last_failure().filter(|failure| failure.outcome == outcome);
        let ended = later(last.began, took);
        let when = match begun.checked_duration_since(ended) {
            Some(ago) => When::Before(ago),
            None => When::After(ended.saturating_duration_since(begun)),
        };
        Some(Self {
            site,
            outcome,
            cause: failure.map(|failure| failure.cause).unwrap_or_default(),
            at: last.began_at + took,
            when,
        })
    }
}

impl fmt::Display for DeadWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, outcome, cause, when, .. } = self;
        let (name, file, line) = (site.name(), site.file(), site.line());
        write!(f, "`{name}` ({file}:{line}) {} ", outcome.word())?;
        match when {
            When::Before(ago) => write!(f, "{} before the shutdown", Rounded(*ago))?,
            When::After(after) => write!(f, "{} into the shutdown", Rounded(*after))?,
        }
        if cause.is_empty() { Ok(()) } else { write!(f, ": {}", Clean(cause, CAUSE)) }
    }
}
