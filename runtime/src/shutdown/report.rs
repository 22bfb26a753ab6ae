//! The report of a shutdown.

use std::fmt;
use std::process::{ExitCode, Termination};
use std::time::Duration;

#[cfg(doc)]
use super::Shutdown;
use super::before::EndedBefore;
use super::{DeadWorker, ServerReport};
use crate::admission::Failings;
use crate::context::OpenRequest;
use crate::proof::grace_period;
use crate::report::ShutdownTotals;
use crate::tracker::{DrainReport, Fate, Outcome, ShutdownCause, TaskSite, is_ambiguous};
use crate::util::Rounded;
use crate::util::text::{CAUSE, Clean, Named};

/// How many open requests the report shows; `open_requests` has all.
const SHOWN: usize = 10;

/// The error of a shutdown whose phases may take longer than the deployment's grace period.
///
/// Its `Debug` is its `Display` in parentheses: a `main` that returns it shows the correction.
///
/// [`Shutdown::within`] returns it.
///
/// ```
/// use std::time::Duration;
/// use outlive::{DoesNotFit, Shutdown, Tracker};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 64); // drains within 20 s, and needs one more
///
/// /// `grace_period` is from the deployment's environment.
/// fn shutdown(grace_period: Duration) -> Result<Shutdown, DoesNotFit> {
///     Shutdown::new().phase("stores").tracker(&AUDIT).within(grace_period)
/// }
///
/// assert!(shutdown(Duration::from_secs(30)).is_ok());
/// let error = shutdown(Duration::from_secs(20)).unwrap_err();
/// assert!(error.to_string().contains("the phases of the shutdown may take 21s"));
/// ```
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

/// The report of a shutdown: what ended by itself, and what was cut short, phase by phase.
///
/// Its `Display` is for an operator:
///
/// ```text
/// shutdown: not clean
/// began: signal SIGTERM
/// not ready, still serving for 5s
/// server http: dropped after 10s of 10s, with 1 request open; what it has spawned is cut when the process ends
/// open requests: 1: GET /export user=7 (for 12.4s)
/// before the drains: 530 tasks ended (2 timed out)
/// [stores] audit: drained in 340ms of 20s: 41 ended
/// ```
///
/// In brackets is the phase, and then the tracker; if both have one name, it is there once. `[in no phase]` are the trackers
/// that a [`Shutdown::all`] has found in no phase. [`DrainReport`] says what its counts are. The tasks `before the drains`
/// ended after the shutdown had begun, and before their tracker drained: while the servers served on and stopped, and in
/// earlier phases.
///
/// It converts into an `ExitCode`, and `main` can return either; [`exit`](Self::exit) ends the process at once.
///
/// ```
/// use std::process::ExitCode;
/// use outlive::{Shutdown, Tracker};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 64);
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> ExitCode {
///     let report = Shutdown::all().phase("stores").tracker(&AUDIT).run().await;
///     for (phase, drains) in report.phases() {
///         println!("{phase}: {} tasks finished", drains.iter().map(|drain| drain.finished()).sum::<usize>());
///     }
///     eprintln!("{report}");
///     report.into() // 0: it is clean
/// }
/// ```
#[must_use = "the report says what was cut short"]
#[derive(Clone, Debug)]
pub struct ShutdownReport {
    pub(super) cause: ShutdownCause,
    /// The name of the first signal, if one began it.
    pub(super) signal: Option<&'static str>,
    /// How long the servers served on while the process was not ready, if they did.
    pub(super) still_serving: Option<Duration>,
    pub(super) servers: Vec<ServerReport>,
    pub(super) died: Vec<DeadWorker>,
    /// The requests that were open when a budget was over.
    pub(super) open: Vec<OpenRequest>,
    /// The tasks that ended after the shutdown had begun, and before their tracker drained.
    pub(super) before: EndedBefore,
    pub(super) phases: Vec<(&'static str, Vec<DrainReport>)>,
    /// The notes of members without trackers.
    pub(super) notes: Vec<(&'static str, String)>,
    /// The trackers in no phase.
    pub(super) unphased: Vec<&'static str>,
    /// The failed phases and last steps, with their reasons.
    pub(super) failures: Vec<(&'static str, String)>,
    pub(super) interrupted: bool,
    pub(super) essential: Vec<(&'static TaskSite, Outcome)>,
    pub(super) blocked_workers: usize,
}

impl ShutdownReport {
    pub(super) fn new(cause: ShutdownCause) -> Self {
        Self {
            signal: signal_of(&cause),
            cause,
            still_serving: None,
            servers: Vec::new(),
            died: Vec::new(),
            open: Vec::new(),
            before: EndedBefore::default(),
            phases: Vec::new(),
            notes: Vec::new(),
            unphased: Vec::new(),
            failures: Vec::new(),
            interrupted: false,
            essential: Vec::new(),
            blocked_workers: 0,
        }
    }

    /// Why the shutdown began.
    #[must_use]
    pub fn cause(&self) -> &ShutdownCause {
        &self.cause
    }

    /// The workers that had died before their tracker was drained. For each `#[worker]` function without a running worker,
    /// it is the last one, if it panicked, returned an `Err` or was lost. They do not change the exit code; mark a worker
    /// `essential` for that.
    #[must_use]
    pub fn died(&self) -> &[DeadWorker] {
        &self.died
    }

    /// How each server ended, in the order in which they ended.
    ///
    /// It is empty if the shutdown ran no server.
    #[must_use]
    pub fn servers(&self) -> &[ServerReport] {
        &self.servers
    }

    /// The requests that were still open when the first server was cut short, or at the end of the longest server budget,
    /// the oldest first. It lists only requests that a
    #[cfg_attr(feature = "tower", doc = "[`ContextLayer`](crate::ContextLayer) handles.")]
    #[cfg_attr(not(feature = "tower"), doc = "`ContextLayer` (feature `tower`) handles.")]
    #[must_use]
    pub fn open_requests(&self) -> &[OpenRequest] {
        &self.open
    }

    /// The drains of each phase. After a second signal, tasks that still run are [`Fate::Running`](crate::Fate::Running),
    /// also in phases that have not begun.
    pub fn phases(&self) -> impl Iterator<Item = (&'static str, &[DrainReport])> {
        self.phases.iter().map(|(name, drains)| (*name, drains.as_slice()))
    }

    /// Notes of a phase, with the phase's name: how many calls its trackers refused after they had drained, while later phases
    /// went on, and the static trackers that a [`Shutdown::new`] has left alone with their tasks. outlive-durable reports there how
    /// many jobs a worker gave back to its queue, and how many a spill handed over.
    pub fn notes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.notes.iter().map(|(name, note)| (*name, note.as_str()))
    }

    /// The trackers in no phase, which a [`Shutdown::all`] has found and drained last.
    #[must_use]
    pub fn unphased(&self) -> &[&'static str] {
        &self.unphased
    }

    /// The failures, with the name of the phase or last step: a service's shutdown that panicked, or a hand-written one that
    /// did not end within its budget or before a second signal; and a last step that failed, or did not end within its
    /// budget. A panic's text is escaped, and cut at 4096 bytes.
    pub fn failures(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.failures.iter().map(|(name, failure)| (*name, failure.as_str()))
    }

    /// Whether a second signal stopped it.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// The `essential` workers and loops that ended unasked before their tracker drained. If there is one, the exit code is
    /// not 0.
    pub fn essential(&self) -> impl Iterator<Item = (&'static TaskSite, Outcome)> {
        self.essential.iter().copied()
    }

    /// How many worker threads of the runtime are blocked: at the end of the shutdown they did not run a task that was
    /// waiting. Put code that blocks into a `blocking` function.
    #[must_use]
    pub fn blocked_workers(&self) -> usize {
        self.blocked_workers
    }

    #[cfg(feature = "serde")]
    pub(crate) fn still_serving(&self) -> Option<Duration> {
        self.still_serving
    }

    #[cfg(feature = "serde")]
    pub(crate) fn before(&self) -> EndedBefore {
        self.before
    }

    /// Why it began, for an operator: the cause, with the name of the signal.
    pub(crate) fn began(&self) -> impl fmt::Display + '_ {
        Began(self)
    }

    pub(super) fn totals(&self) -> ShutdownTotals {
        let EndedBefore { ended, failings: Failings { failed, timed_out, panicked } } = self.before;
        let mut totals = ShutdownTotals {
            ended,
            failed,
            timed_out,
            panicked,
            open_requests: self.open.len(),
            unclean_servers: self.servers.iter().filter(|server| !server.is_clean()).count(),
            failures: self.failures.len(),
            ..ShutdownTotals::default()
        };
        let mut counted: Vec<&DrainReport> = Vec::new();
        for drain in self.phases().flat_map(|(_, drains)| drains) {
            if counted.iter().any(|known| known.is(drain)) {
                continue;
            }
            counted.push(drain);
            let Failings { failed, timed_out, panicked } = drain.failings();
            totals.ended += drain.finished();
            totals.failed += failed;
            totals.timed_out += timed_out;
            totals.panicked += panicked;
            totals.dropped += drain.dropped();
            totals.cancelled += drain.cancelled();
            totals.aborted += drain.aborted();
            totals.never_started += drain.never_started();
            totals.stuck += drain.stuck();
            totals.running += drain.running();
            totals.refused += drain.refused();
        }
        totals
    }

    fn has_tasks_left(&self) -> bool {
        let stragglers = self.phases().flat_map(|(_, drains)| drains).flat_map(DrainReport::stragglers);
        stragglers.into_iter().any(|straggler| matches!(straggler.fate(), Fate::Stuck | Fate::Running))
    }

    /// Whether every accepted task, every server and every last step ended by itself, and no server and no last step failed.
    /// A task that timed out, panicked or returned an `Err` has ended by itself, unless it is essential: its own event
    /// reports it. It is `false` if a service's shutdown returned no report, or if something essential ended.
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

    /// Ends the process at once, with the [code](Self::code).
    ///
    /// Returning from `main` drops the runtime, which waits for stuck blocking threads without a limit. This does not wait.
    /// No destructors run: flush in [`Shutdown::finally`], whose steps [`run`](Shutdown::run) has already run.
    pub fn exit(&self) -> ! {
        std::process::exit(self.code().into())
    }
}

/// The name of the first signal, if it is the cause.
fn signal_of(cause: &ShutdownCause) -> Option<&'static str> {
    match cause {
        #[cfg(feature = "signal")]
        ShutdownCause::Signal => super::signals::listen().first_name(),
        _ => None,
    }
}

/// See [`ShutdownReport::began`].
struct Began<'a>(&'a ShutdownReport);

impl fmt::Display for Began<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.signal {
            Some(signal) => write!(f, "signal {signal}"),
            None => self.0.cause.fmt(f),
        }
    }
}

/// The exit code, to return from `main`.
///
/// When `main` returns, the runtime is dropped, and waits for stuck threads without a limit: those of `blocking` functions,
/// and its own worker threads. If the report has [stuck tasks](Fate::Stuck) or
/// [blocked workers](ShutdownReport::blocked_workers), this conversion ends the process, as [`exit`](ShutdownReport::exit)
/// does. It does not know about threads of other code, such as a bare `spawn_blocking`: if there may be one, call `exit`.
impl From<ShutdownReport> for ExitCode {
    fn from(report: ShutdownReport) -> Self {
        if report.has_tasks_left() || report.blocked_workers > 0 {
            report.exit();
        }
        report.code().into()
    }
}

/// A `main` may return the report itself: its exit code is that of the conversion.
impl Termination for ShutdownReport {
    fn report(self) -> ExitCode {
        self.into()
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
            write!(f, "\nbegan: {}", self.began())?;
        }
        if let Some(time) = self.still_serving {
            write!(f, "\nnot ready, still serving for {}", Rounded(time))?;
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
        if self.before.ended > 0 {
            write!(f, "\n{}", self.before)?;
        }
        for (name, drains) in self.phases() {
            for drain in drains {
                if *name == *drain.tracker() && !is_ambiguous(name) {
                    write!(f, "\n[{}] {}", Named(name), drain.without_its_name())?;
                } else {
                    write!(f, "\n[{}] {drain}", Named(name))?;
                }
            }
        }
        for (name, said) in self.notes().chain(self.failures()) {
            write!(f, "\n[{}] {}", Named(name), Clean(said, CAUSE))?;
        }
        Ok(())
    }
}
