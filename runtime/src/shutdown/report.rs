//! What a shutdown found.

use std::fmt;
use std::panic::Location;
use std::process::ExitCode;
use std::time::Duration;

#[cfg(doc)]
use super::Shutdown;
use super::{DeadWorker, ServerReport};
use crate::context::OpenRequest;
use crate::proof::grace_period;
use crate::tracker::{DrainReport, Fate, Outcome, ShutdownCause, TaskSite, is_ambiguous};
use crate::util::text::{CAUSE, Clean, Named};

/// How many open requests the report shows; `open_requests` has all.
const SHOWN: usize = 10;

/// The phases of a shutdown may take longer than the deployment gives the process.
///
/// Its `Debug` says what its `Display` says: a `main` that returns it as its error shows that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DoesNotFit {
    pub(super) budget: Duration,
    pub(super) grace: Duration,
}

impl fmt::Display for DoesNotFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { budget, grace } = self;
        match grace_period(*budget) {
            Some(needed) => write!(
                f,
                "the phases of the shutdown may take {budget:?}, and the deployment gives {grace:?}: set \
                 `terminationGracePeriodSeconds: {needed}`, or shorten the drain budgets"
            ),
            None => write!(
                f,
                "the phases of the shutdown may take {budget:?}, and the deployment gives {grace:?}: no \
                 `terminationGracePeriodSeconds` is long enough: shorten the drain budgets"
            ),
        }
    }
}

impl fmt::Debug for DoesNotFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DoesNotFit").field(&format_args!("{self}")).finish()
    }
}

impl std::error::Error for DoesNotFit {}

/// What a shutdown found, phase by phase.
#[must_use = "the report says what was cut short"]
#[derive(Clone, Debug)]
pub struct ShutdownReport {
    pub(super) cause: ShutdownCause,
    pub(super) servers: Vec<ServerReport>,
    pub(super) died: Vec<DeadWorker>,
    /// When a budget was over.
    pub(super) open: Vec<OpenRequest>,
    pub(super) phases: Vec<(&'static str, Vec<DrainReport>)>,
    /// Of members that are no trackers.
    pub(super) notes: Vec<(&'static str, String)>,
    pub(super) unphased: Unphased,
    /// Phase, or last step, and reason of each that gave no report, or failed.
    pub(super) failures: Vec<(&'static str, String)>,
    pub(super) interrupted: bool,
    pub(super) essential: Vec<(&'static TaskSite, Outcome)>,
    pub(super) blocked_workers: usize,
}

/// The trackers that no phase named.
#[derive(Clone, Debug, Default)]
pub(super) struct Unphased {
    pub(super) names: Vec<&'static str>,
    /// Where each of them is made.
    pub(super) places: Vec<&'static Location<'static>>,
}

impl ShutdownReport {
    pub(super) fn new(cause: ShutdownCause) -> Self {
        Self {
            cause,
            servers: Vec::new(),
            died: Vec::new(),
            open: Vec::new(),
            phases: Vec::new(),
            notes: Vec::new(),
            unphased: Unphased::default(),
            failures: Vec::new(),
            interrupted: false,
            essential: Vec::new(),
            blocked_workers: 0,
        }
    }

    /// Why it began.
    #[must_use]
    pub fn cause(&self) -> &ShutdownCause {
        &self.cause
    }

    /// The workers of the trackers that are shut down that had died before: of each `#[worker]` function of which none was left there, the
    /// last one, where that panicked, gave an `Err` or was lost. They are no reason for another exit code: where one of them is, it is `essential`.
    #[must_use]
    pub fn died(&self) -> &[DeadWorker] {
        &self.died
    }

    /// What became of each server, in the order in which they ended.
    #[must_use]
    pub fn servers(&self) -> &[ServerReport] {
        &self.servers
    }

    /// The requests that were open when the first server was cut short, or when the time of the servers was over and they had ended,
    /// the oldest first: of those that a
    #[cfg_attr(feature = "tower", doc = "[`ContextLayer`](crate::ContextLayer) handles.")]
    #[cfg_attr(not(feature = "tower"), doc = "`ContextLayer` (feature `tower`) handles.")]
    #[must_use]
    pub fn open_requests(&self) -> &[OpenRequest] {
        &self.open
    }

    /// The drains of each phase. After an interruption, what still runs there is [`Fate::Running`](crate::Fate::Running),
    /// also in the phases that have not begun.
    pub fn phases(&self) -> impl Iterator<Item = (&'static str, &[DrainReport])> {
        self.phases.iter().map(|(name, drains)| (*name, drains.as_slice()))
    }

    /// Phase and text of what else was done there: outlive-durable hands jobs over to their queue.
    pub fn notes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.notes.iter().map(|(name, note)| (*name, note.as_str()))
    }

    /// The trackers that no phase named.
    #[must_use]
    pub fn unphased(&self) -> &[&'static str] {
        &self.unphased.names
    }

    /// Phase and reason of each shutdown that gave no report: one that panicked, or one that is written by hand and did
    /// not end within its budget, or before a second signal. And name and reason of each last step that failed or did not end
    /// within its budget. What a panic says is escaped, and cut at 4096 bytes.
    pub fn failures(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.failures.iter().map(|(name, failure)| (*name, failure.as_str()))
    }

    /// Whether a second signal stopped it.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// The `essential` workers and loops of the trackers that are shut down that had ended, and nobody had asked them to: before the
    /// shutdown began, as its cause, or before their tracker drained. With one of them, the code is not 0.
    pub fn essential(&self) -> impl Iterator<Item = (&'static TaskSite, Outcome)> {
        self.essential.iter().copied()
    }

    /// How many worker threads of the runtime in which it ran are blocked: they ran nothing of what there was to run, when all else had
    /// ended. Code that blocks belongs in a `blocking` function.
    #[must_use]
    pub fn blocked_workers(&self) -> usize {
        self.blocked_workers
    }

    fn has_tasks_left(&self) -> bool {
        let stragglers = self.phases().flat_map(|(_, drains)| drains).flat_map(DrainReport::stragglers);
        stragglers.into_iter().any(|straggler| matches!(straggler.fate(), Fate::Stuck | Fate::Running))
    }

    /// Whether every accepted task, every server and every last step ended by itself, and well. A member whose shutdown gave no
    /// report says nothing of its tasks, and is not clean; nor is a shutdown that began since something essential ended.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !self.interrupted
            && !self.cause.is_failure()
            && self.failures.is_empty()
            && self.open.is_empty()
            && self.essential.is_empty()
            && self.servers.iter().all(ServerReport::is_clean)
            && self.phases().flat_map(|(_, drains)| drains).all(DrainReport::is_clean)
    }

    /// 0 if it is clean, 1 if something was cut short or failed, 2 if a second signal stopped it.
    #[must_use]
    pub fn code(&self) -> u8 {
        match (self.interrupted, self.is_clean()) {
            (true, _) => 2,
            (false, true) => 0,
            (false, false) => 1,
        }
    }

    /// Ends the process with the [code](Self::code), now.
    ///
    /// Returning from `main` drops the runtime, which waits without end for a blocking thread that is stuck. This does
    /// not wait. No destructors run: what has to be flushed is given to [`Shutdown::finally`], which [`run`](Shutdown::run) has
    /// done by now.
    pub fn exit(&self) -> ! {
        std::process::exit(self.code().into())
    }
}

/// What `main` returns.
///
/// The runtime is dropped as `main` returns, and waits without end for a thread that is stuck: of a `blocking` function, or one of
/// its workers. So where the report has [tasks](Fate::Stuck) that could not be ended, or [blocked
/// workers](ShutdownReport::blocked_workers), this ends the process, as [`exit`](ShutdownReport::exit) does. Of threads that others have
/// begun, by a bare `spawn_blocking` say, it does not know: where there may be one, call `exit`.
impl From<ShutdownReport> for ExitCode {
    fn from(report: ShutdownReport) -> Self {
        if report.has_tasks_left() || report.blocked_workers > 0 {
            report.exit();
        }
        report.code().into()
    }
}

impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = match self.code() {
            0 => "clean",
            1 => "not clean",
            _ => "stopped by a second signal",
        };
        write!(f, "shutdown: {ended}")?;
        if !matches!(self.cause, ShutdownCause::Run) {
            write!(f, "\nbegan: {}", self.cause)?;
        }
        for (site, outcome) in self.essential() {
            let is_cause = matches!(self.cause, ShutdownCause::Essential { site: of, .. } if std::ptr::eq(of, site));
            if !is_cause {
                write!(f, "\n{}", ShutdownCause::Essential { site, outcome })?;
            }
        }
        for dead in &self.died {
            write!(f, "\nworker died: {dead}")?;
        }
        for server in &self.servers {
            write!(f, "\nserver {server}")?;
        }
        if !self.open.is_empty() {
            let shown: Vec<_> = self.open.iter().take(SHOWN).map(OpenRequest::to_string).collect();
            write!(f, "\nopen requests: {}: {}", self.open.len(), shown.join(", "))?;
            if self.open.len() > SHOWN {
                f.write_str(", …")?;
            }
        }
        match self.blocked_workers {
            0 => {}
            1 => f.write_str("\n1 worker thread of the runtime is blocked")?,
            more => write!(f, "\n{more} worker threads of the runtime are blocked")?,
        }
        for (name, drains) in self.phases() {
            for drain in drains {
                write!(f, "\n[{}] {drain}", Named(name))?;
            }
        }
        for (name, said) in self.notes().chain(self.failures()) {
            write!(f, "\n[{}] {}", Named(name), Clean(said, CAUSE))?;
        }
        let Unphased { names, places } = &self.unphased;
        for (at, (name, place)) in names.iter().zip(places).enumerate() {
            let before = if at == 0 { "\ntrackers that no phase named: " } else { ", " };
            write!(f, "{before}{}", Named(name))?;
            if is_ambiguous(name) {
                write!(f, " ({}:{})", place.file(), place.line())?;
            }
        }
        Ok(())
    }
}
