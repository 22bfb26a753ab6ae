//! The phases of a shutdown, and their proof.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::coop::unconstrained;

use super::member::{Draining, Member, Phase, bounded};
use super::report::{DoesNotFit, ShutdownReport};
use crate::drain::STUCK_AFTER;
use crate::owner::{self, TaskOwner};
use crate::proof::does_not_fit;
#[cfg(doc)]
use crate::tracker::DrainReport;
use crate::tracker::{Held, StaticTracker, TaskSite, Tracker, TrackerRef, sites};

/// The end of a whole process: its trackers and services, drained phase by phase, with one report and an exit code.
///
/// What feeds others comes first: a phase begins when the one before it has ended, and drains its members side by side.
/// A service is drained by its [`TaskOwner::shutdown`].
///
#[cfg_attr(feature = "signal", doc = "```no_run")]
#[cfg_attr(not(feature = "signal"), doc = "```ignore")]
/// use std::time::Duration;
/// use outlive::{Shutdown, Tracker};
///
/// static REQUESTS: Tracker<10> = Tracker::bounded("requests", 256).drain_budget::<10>();
/// static AUDIT: Tracker = Tracker::bounded("audit", 64);
///
/// // Kubernetes gives the process 40 s. A compile error where that is too little.
/// const _: () = Shutdown::fits(&[&[REQUESTS.budget()], &[AUDIT.budget()]], Duration::from_secs(40));
///
/// # async fn serve_until(stop: impl Future<Output = ()>) { stop.await }
/// #[tokio::main]
/// async fn main() {
///     serve_until(Shutdown::requested()).await;
///
///     let report = Shutdown::all()
///         .phase("requests").tracker(&REQUESTS)
///         .phase("stores").tracker(&AUDIT)
///         .run()
///         .await;
///     eprintln!("{report}");
///     report.exit();
/// }
/// ```
#[must_use = "nothing is shut down before `run`"]
pub struct Shutdown {
    phases: Vec<Phase>,
    /// Look for trackers that are in no phase.
    all: bool,
}

impl Shutdown {
    /// A shutdown without phases.
    pub const fn new() -> Self {
        Self { phases: Vec::new(), all: false }
    }

    /// The same, which also finds every static tracker of the program and every service's, a library's too: those that
    /// are in no phase are drained in a last one, and named in the report.
    ///
    /// Statics are found through [`sites`]: a tracker that no function names is not among them, nor one that only a
    /// [`Singleflight`](crate::Singleflight) names that has not run yet. An `Arc<Tracker>` is not
    /// found either: give it a phase with [`shared`](Self::shared).
    pub const fn all() -> Self {
        Self { phases: Vec::new(), all: true }
    }

    /// Begins the next phase.
    pub fn phase(mut self, name: &'static str) -> Self {
        self.phases.push(Phase { name, members: Vec::new() });
        self
    }

    /// Drains a static tracker in this phase.
    pub fn tracker<const DRAIN_SECS: u64>(self, tracker: &'static Tracker<DRAIN_SECS>) -> Self {
        self.member(Member {
            tracker: Some(tracker.held().into_ref().here()),
            budget: tracker.budget(),
            drain: Box::pin(async { Ok(tracker.drain().await) }),
        })
    }

    /// Drains a shared tracker in this phase.
    pub fn shared<const DRAIN_SECS: u64>(self, tracker: Arc<Tracker<DRAIN_SECS>>) -> Self {
        self.member(Member {
            tracker: Some(TrackerRef::Shared(Arc::clone(&tracker) as _)),
            budget: tracker.budget(),
            drain: Box::pin(async move { Ok(tracker.drain().await) }),
        })
    }

    /// Shuts a service down in this phase. It is an owner until then: give it a clone, where the service is used on.
    ///
    /// A service inside this one has a shutdown of its own, which this one's does not call: give it a later phase. Where
    /// `TaskOwner` is written by hand, its `shutdown` is given up one second after its `DRAIN_BUDGET`.
    pub fn owner<S: TaskOwner + Send + Sync + 'static>(self, service: S) -> Self {
        let budget = S::DRAIN_BUDGET;
        let tracker = service.__tracker().map(Held::into_ref);
        let is_derived = tracker.is_some();
        let drain = async move {
            if is_derived { Ok(service.shutdown().await) } else { bounded(budget, service.shutdown()).await }
        };
        self.member(Member { tracker, budget, drain: Box::pin(drain) })
    }

    fn member(mut self, member: Member) -> Self {
        if self.phases.is_empty() {
            self = self.phase("shutdown");
        }
        if let Some(phase) = self.phases.last_mut() {
            phase.members.push(member);
        }
        self
    }

    /// The longest that the phases may take, one after another; with [`all`](Self::all), the last one too.
    #[must_use]
    pub fn budget(&self) -> Duration {
        let unphased = self.unphased();
        let phases = self.phases.iter().chain(unphased.as_ref().map(|(last, _)| last));
        let mut drained = Vec::new();
        let mut sum = Duration::ZERO;
        for phase in phases {
            // What an earlier phase has drained takes no time in a later one.
            let before = drained.len();
            drained.extend(phase.members.iter().filter_map(Member::address));
            let fresh = phase.members.iter().filter(|member| match member.address() {
                Some(address) => !drained[..before].contains(&address),
                None => true,
            });
            if let Some(longest) = fresh.map(|member| member.budget).max() {
                sum = sum.saturating_add(longest).saturating_add(STUCK_AFTER);
            }
        }
        sum
    }

    /// The same for budgets that are constants: the longest of each phase, and the second that a drain waits for tasks
    /// that do not yield.
    #[must_use]
    pub const fn sum(phases: &[&[Duration]]) -> Duration {
        let mut sum = Duration::ZERO;
        let mut at = 0;
        while at < phases.len() {
            let phase = phases[at];
            let mut longest = Duration::ZERO;
            let mut member = 0;
            while member < phase.len() {
                if phase[member].as_nanos() > longest.as_nanos() {
                    longest = phase[member];
                }
                member += 1;
            }
            if !phase.is_empty() {
                sum = sum.saturating_add(longest).saturating_add(STUCK_AFTER);
            }
            at += 1;
        }
        sum
    }

    /// Proves that the deployment gives the process the time that its phases may take. In a constant, it is a compile
    /// error where it does not.
    ///
    /// # Panics
    ///
    /// If the phases may take longer than `grace`; in a constant, this is a compile error.
    #[track_caller]
    pub const fn fits(phases: &[&[Duration]], grace: Duration) {
        let sum = Self::sum(phases);
        if sum.as_nanos() > grace.as_nanos() {
            does_not_fit(sum, grace);
        }
    }

    /// Checks the same at run time.
    ///
    /// # Errors
    ///
    /// What the phases may take, where that is longer than `grace`.
    pub fn within(self, grace: Duration) -> Result<Self, DoesNotFit> {
        let budget = self.budget();
        if budget > grace { Err(DoesNotFit { budget, grace }) } else { Ok(self) }
    }

    /// Waits until the process is asked to end: SIGTERM or Ctrl-C; on Windows Ctrl-C, Ctrl-Break, or the console's
    /// close, log-off or shutdown.
    ///
    /// Give it to the server, as what its graceful shutdown waits for. Whoever asks after the signal has come is answered
    /// at once.
    ///
    /// From the first poll on, these signals do not end the process by themselves. A second one, also between this and
    /// [`run`](Self::run), interrupts the run; where nothing has answered it within a second, since the runtime is
    /// blocked or nobody runs a shutdown, it ends the process with 2.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no signal.
    ///
    /// # Panics
    ///
    /// If the system does not let the process listen for signals.
    #[cfg(feature = "signal")]
    pub async fn requested() {
        super::signals::listen().first().await;
    }

    /// Drains phase by phase. A signal that comes meanwhile stops at once: what has not been drained stays as it is, its
    /// services too, and the report names what runs there.
    ///
    /// A member that is in several phases is drained in the first of them. Awaited in `main`, this also ends where every
    /// worker of a multi-threaded runtime is blocked for good; where a runtime has one thread only, what blocks that
    /// blocks this, too, and only a second signal ends the process.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the phases that have begun closed, and the others as they were.
    ///
    /// # Panics
    ///
    /// With the feature `signal`, if the system does not let the process listen for signals. Outside a tokio runtime with
    /// a time driver, what has to wait for its tasks is among the [`failures`](ShutdownReport::failures).
    pub async fn run(mut self) -> ShutdownReport {
        let (last, names) = self.unphased().unzip();
        self.phases.extend(last);
        let unphased = names.unwrap_or_default();
        let mut report = ShutdownReport { phases: Vec::new(), unphased, failures: Vec::new(), interrupted: false };
        #[cfg(feature = "signal")]
        let again = super::signals::listen().second();
        #[cfg(not(feature = "signal"))]
        let again = std::future::pending::<()>();
        // A member may use up the budget of this task's polls.
        let mut again = pin!(unconstrained(again));
        for Phase { name, members } in self.phases {
            let mut phase = Draining { left: members, drained: Vec::new(), failures: Vec::new() };
            if !report.interrupted {
                let end = poll_fn(|cx| {
                    let has_ended = phase.poll(cx);
                    if has_ended { Poll::Ready(false) } else { again.as_mut().poll(cx).map(|()| true) }
                });
                report.interrupted = end.await;
            }
            for member in phase.left {
                match member.cut_short() {
                    Some(drain) => phase.drained.push(drain),
                    None => phase.failures.push("a shutdown was stopped by a second signal".to_owned()),
                }
            }
            report.phases.push((name, phase.drained));
            report.failures.extend(phase.failures.into_iter().map(|failure| (name, failure)));
        }
        report
    }

    /// What is in no phase, as a last one, and its names.
    fn unphased(&self) -> Option<(Phase, Vec<&'static str>)> {
        if !self.all {
            return None;
        }
        let known = self.phases.iter().flat_map(|phase| &phase.members).filter_map(Member::address);
        let mut known: Vec<usize> = known.collect();
        let mut names = Vec::new();
        let mut last = Phase { name: "in no phase", members: Vec::new() };
        let statics = sites().filter_map(TaskSite::tracker);
        let statics = statics.map(|tracker| (tracker.held().into_ref().here(), tracker.drain_budget()));
        for (tracker, budget) in statics.chain(owner::all()) {
            let core = tracker.core();
            if !known.contains(&core.address()) {
                known.push(core.address());
                names.push(core.name());
                let drained = tracker.clone();
                let drain = Box::pin(async move { Ok(drained.core().drained(budget).await) });
                last.members.push(Member { tracker: Some(tracker), budget, drain });
            }
        }
        if names.is_empty() { None } else { Some((last, names)) }
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phases: Vec<_> = self.phases.iter().map(|phase| (phase.name, phase.members.len())).collect();
        f.debug_struct("Shutdown").field("phases", &phases).field("budget", &self.budget()).finish_non_exhaustive()
    }
}
