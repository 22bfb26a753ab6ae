use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::coop::unconstrained;
use tokio::time::{Instant, sleep_until};

use crate::__private::{Held, Keeper};
use crate::drain::STUCK_AFTER;
use crate::pulse::Beat;
use crate::tracker::Home;
use crate::{DrainReport, Panic, TaskOwner, Tracker, sites};

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

struct Phase {
    name: &'static str,
    members: Vec<Member>,
}

struct Member {
    /// A service whose `TaskOwner` is written by hand has none that is known.
    home: Option<Home>,
    budget: Duration,
    drain: Drain,
}

/// The report, or why there is none.
type Drain = Pin<Box<dyn Future<Output = Result<DrainReport, String>> + Send>>;

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
            home: Some(tracker.keep().into_home().here()),
            budget: tracker.budget(),
            drain: Box::pin(async { Ok(tracker.drain().await) }),
        })
    }

    /// Drains a shared tracker in this phase.
    pub fn shared<const DRAIN_SECS: u64>(self, tracker: Arc<Tracker<DRAIN_SECS>>) -> Self {
        self.member(Member {
            home: Some(Home::Shared(Arc::clone(&tracker) as _)),
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
        let home = service.__tracker().map(Held::into_home);
        let is_derived = home.is_some();
        let drain = async move {
            if is_derived { Ok(service.shutdown().await) } else { bounded(budget, service.shutdown()).await }
        };
        self.member(Member { home, budget, drain: Box::pin(drain) })
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
            crate::__private::does_not_fit(sum, grace);
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
        crate::signals::listen().first().await;
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
        let again = crate::signals::listen().second();
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
        let statics = sites().filter_map(crate::TaskSite::tracker);
        let statics = statics.map(|tracker| (tracker.keep().into_home().here(), tracker.drain_budget()));
        for (home, budget) in statics.chain(crate::owner::all()) {
            let station = home.station();
            if !known.contains(&station.address()) {
                known.push(station.address());
                names.push(station.name());
                let drained = home.clone();
                let drain = Box::pin(async move { Ok(drained.station().drained(budget).await) });
                last.members.push(Member { home: Some(home), budget, drain });
            }
        }
        if names.is_empty() { None } else { Some((last, names)) }
    }
}

/// Polls a phase's members side by side, as one of them may be polled where the others' runtime is blocked.
struct Draining {
    left: Vec<Member>,
    drained: Vec<DrainReport>,
    failures: Vec<String>,
}

impl Draining {
    /// Whether all have ended.
    fn poll(&mut self, cx: &mut std::task::Context<'_>) -> bool {
        let Self { left, drained, failures } = self;
        left.retain_mut(|member| match catch_unwind(AssertUnwindSafe(|| member.drain.as_mut().poll(cx))) {
            Ok(Poll::Pending) => true,
            Ok(Poll::Ready(Ok(report))) => {
                drained.push(report);
                false
            }
            Ok(Poll::Ready(Err(failure))) => {
                failures.push(failure);
                false
            }
            // The service's own `shutdown`, or a destructor in it.
            Err(payload) => {
                let tracker = member.home.as_ref().map(|home| format!("{}: ", home.station().name()));
                let message = Panic::new(payload).message().to_owned();
                failures.push(format!("{}a shutdown panicked: {message}", tracker.unwrap_or_default()));
                false
            }
        });
        left.is_empty()
    }
}

impl Member {
    fn address(&self) -> Option<usize> {
        self.home.as_ref().map(|home| home.station().address())
    }

    /// What it looks like in a report where it has not been drained. It stays as it is, for what is left of the process:
    /// the destructors of a service could take their time.
    fn cut_short(self) -> Option<DrainReport> {
        std::mem::forget(self.drain);
        self.home.map(|home| home.station().unfinished(self.budget))
    }
}

/// A `shutdown` that is written by hand is held to the budget that it states, as a tracker's drain holds itself to it.
async fn bounded(budget: Duration, shutdown: impl Future<Output = DrainReport>) -> Result<DrainReport, String> {
    let over = crate::context::later(Instant::now(), budget.saturating_add(STUCK_AFTER));
    let (mut timer, mut shutdown) = (pin!(sleep_until(over)), pin!(shutdown));
    let mut beat = Beat::default();
    poll_fn(|cx| {
        if let Poll::Ready(report) = shutdown.as_mut().poll(cx) {
            return Poll::Ready(Ok(report));
        }
        beat.wake(cx.waker());
        if timer.as_mut().poll(cx).is_pending() && Instant::now() < over {
            return Poll::Pending;
        }
        Poll::Ready(Err(format!("a shutdown did not end within its budget of {budget:?}")))
    })
    .await
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

/// The phases of a shutdown may take longer than the deployment gives the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DoesNotFit {
    budget: Duration,
    grace: Duration,
}

impl fmt::Display for DoesNotFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { budget, grace } = self;
        let needed = budget.as_secs() + u64::from(budget.subsec_nanos() > 0);
        write!(
            f,
            "the phases of the shutdown may take {budget:?}, and the deployment gives {grace:?}: set \
             `terminationGracePeriodSeconds: {needed}`, or shorten the drain budgets"
        )
    }
}

impl std::error::Error for DoesNotFit {}

/// What a shutdown found, phase by phase.
#[must_use = "the report says what was cut short"]
#[derive(Clone, Debug)]
pub struct ShutdownReport {
    phases: Vec<(&'static str, Vec<DrainReport>)>,
    unphased: Vec<&'static str>,
    /// Phase and reason of each drain that gave no report.
    failures: Vec<(&'static str, String)>,
    interrupted: bool,
}

impl ShutdownReport {
    /// The drains of each phase. After an interruption, what still runs there is [`Fate::Running`](crate::Fate::Running),
    /// also in the phases that have not begun.
    pub fn phases(&self) -> impl Iterator<Item = (&'static str, &[DrainReport])> {
        self.phases.iter().map(|(name, drains)| (*name, drains.as_slice()))
    }

    /// The trackers that no phase named.
    #[must_use]
    pub fn unphased(&self) -> &[&'static str] {
        &self.unphased
    }

    /// Phase and reason of each shutdown that gave no report: one that panicked, or one that is written by hand and did
    /// not end within its budget, or before a second signal.
    pub fn failures(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.failures.iter().map(|(name, failure)| (*name, failure.as_str()))
    }

    /// Whether a second signal stopped it.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// Whether every accepted task ended by itself. A member whose shutdown gave no report says nothing of its tasks, and
    /// is not clean.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !self.interrupted
            && self.failures.is_empty()
            && self.phases().flat_map(|(_, drains)| drains).all(DrainReport::is_clean)
    }

    /// 0 if it is clean, 1 if something was cut short, 2 if a second signal stopped it.
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
    /// not wait. No destructors run.
    pub fn exit(&self) -> ! {
        std::process::exit(self.code().into())
    }
}

impl From<ShutdownReport> for ExitCode {
    fn from(report: ShutdownReport) -> Self {
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
        for (name, drains) in self.phases() {
            for drain in drains {
                write!(f, "\n[{name}] {drain}")?;
            }
        }
        for (name, failure) in self.failures() {
            write!(f, "\n[{name}] {failure}")?;
        }
        if !self.unphased.is_empty() {
            write!(f, "\ntrackers that no phase named: {}", self.unphased.join(", "))?;
        }
        Ok(())
    }
}
