use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};

use crate::drain::STUCK_AFTER;
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
    /// Look for static trackers that are in no phase.
    all: bool,
}

struct Phase {
    name: &'static str,
    members: Vec<Member>,
}

struct Member {
    /// The address of its station, where it is a tracker.
    station: Option<usize>,
    budget: Duration,
    drain: Drain,
}

type Drain = Pin<Box<dyn Future<Output = DrainReport> + Send>>;

impl Shutdown {
    /// A shutdown without phases.
    pub const fn new() -> Self {
        Self { phases: Vec::new(), all: false }
    }

    /// The same, which also finds every static tracker of the program, a library's too: those that are in no phase are
    /// drained in a last one, and named in the report.
    ///
    /// They are found through [`sites`]: a tracker that no function names is not among them.
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
            station: Some(tracker.station().address()),
            budget: tracker.budget(),
            drain: Box::pin(tracker.drain()),
        })
    }

    /// Drains a shared tracker in this phase.
    pub fn shared<const DRAIN_SECS: u64>(self, tracker: Arc<Tracker<DRAIN_SECS>>) -> Self {
        self.member(Member {
            station: Some(tracker.station().address()),
            budget: tracker.budget(),
            drain: Box::pin(async move { tracker.drain().await }),
        })
    }

    /// Shuts a service down in this phase. It is an owner until then.
    pub fn owner<S: TaskOwner + Send + Sync + 'static>(self, service: S) -> Self {
        self.member(Member {
            station: None,
            budget: S::DRAIN_BUDGET,
            drain: Box::pin(async move { service.shutdown().await }),
        })
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
        self.phases.iter().chain(unphased.as_ref().map(|(last, _)| last)).filter_map(Phase::budget).sum()
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
    /// Give it to the server, as what its graceful shutdown waits for.
    /// From here on tokio keeps these signals from ending the process: one that comes between this and [`run`](Self::run)
    /// is not seen.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with an I/O driver.
    #[cfg(feature = "signal")]
    pub async fn requested() {
        Signals::listen().next().await;
    }

    /// Drains phase by phase. A signal that comes meanwhile stops at once: what has not been drained stays as it is.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the phases that have begun closed, and the others as they were.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with a time driver; with the feature `signal`, also without an I/O driver.
    pub async fn run(mut self) -> ShutdownReport {
        let (last, names) = self.unphased().unzip();
        self.phases.extend(last);
        let unphased = names.unwrap_or_default();
        let mut report = ShutdownReport { phases: Vec::new(), unphased, broken: Vec::new(), interrupted: false };
        #[cfg(feature = "signal")]
        let mut signals = Signals::listen();
        #[cfg(feature = "signal")]
        let again = signals.next();
        #[cfg(not(feature = "signal"))]
        let again = std::future::pending::<()>();
        let mut again = pin!(again);
        for Phase { name, members } in self.phases {
            let mut drains: JoinSet<DrainReport> = members.into_iter().map(|member| member.drain).collect();
            let mut drained = Vec::new();
            report.interrupted = std::future::poll_fn(|cx| {
                loop {
                    match drains.poll_join_next(cx) {
                        Poll::Ready(Some(Ok(drain))) => drained.push(drain),
                        Poll::Ready(Some(Err(error))) => report.broken.push((name, told(error))),
                        Poll::Ready(None) => return Poll::Ready(false),
                        Poll::Pending => return again.as_mut().poll(cx).map(|()| true),
                    }
                }
            })
            .await;
            report.phases.push((name, drained));
            if report.interrupted {
                break;
            }
        }
        report
    }

    /// What is in no phase, as a last one, and its names.
    fn unphased(&self) -> Option<(Phase, Vec<&'static str>)> {
        if !self.all {
            return None;
        }
        let known = self.phases.iter().flat_map(|phase| &phase.members).filter_map(|member| member.station);
        let mut known: Vec<usize> = known.collect();
        let mut names = Vec::new();
        let mut last = Phase { name: "in no phase", members: Vec::new() };
        for tracker in sites().filter_map(crate::TaskSite::tracker) {
            let home = tracker.keep().into_home();
            let station = home.station();
            if !known.contains(&station.address()) {
                known.push(station.address());
                names.push(station.name());
                let budget = tracker.drain_budget();
                let drain = Box::pin(async move { home.station().drained(budget).await });
                last.members.push(Member { station: None, budget, drain });
            }
        }
        if names.is_empty() { None } else { Some((last, names)) }
    }
}

/// Why a drain gave no report: a service's own `shutdown`, or a destructor in it.
fn told(error: JoinError) -> String {
    match error.try_into_panic() {
        Ok(payload) => Panic::new(payload).message().to_owned(),
        Err(error) => error.to_string(),
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

impl Phase {
    fn budget(&self) -> Option<Duration> {
        self.members.iter().map(|member| member.budget).max().map(|longest| longest + STUCK_AFTER)
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
    /// Phase and message of each drain that panicked: it gave no report.
    broken: Vec<(&'static str, String)>,
    interrupted: bool,
}

impl ShutdownReport {
    /// The drains of each phase.
    pub fn phases(&self) -> impl Iterator<Item = (&'static str, &[DrainReport])> {
        self.phases.iter().map(|(name, drains)| (*name, drains.as_slice()))
    }

    /// The static trackers that no phase named.
    #[must_use]
    pub fn unphased(&self) -> &[&'static str] {
        &self.unphased
    }

    /// Whether a second signal stopped it.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// Whether every accepted task ended by itself. A member whose shutdown panicked says nothing of its tasks, and is
    /// not clean.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !self.interrupted
            && self.broken.is_empty()
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
        for (name, panic) in &self.broken {
            write!(f, "\n[{name}] a shutdown panicked: {panic}")?;
        }
        if !self.unphased.is_empty() {
            write!(f, "\ntrackers that no phase named: {}", self.unphased.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(all(feature = "signal", unix))]
struct Signals(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(all(feature = "signal", unix))]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let on = |kind| signal(kind).expect("a handler for SIGTERM and SIGINT can be set");
        Self(on(SignalKind::terminate()), on(SignalKind::interrupt()))
    }

    async fn next(&mut self) {
        let Self(terminate, interrupt) = self;
        std::future::poll_fn(|cx| {
            let asked = terminate.poll_recv(cx).is_ready() || interrupt.poll_recv(cx).is_ready();
            if asked { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

#[cfg(all(feature = "signal", windows))]
struct Signals(
    tokio::signal::windows::CtrlC,
    tokio::signal::windows::CtrlBreak,
    tokio::signal::windows::CtrlClose,
    tokio::signal::windows::CtrlLogoff,
    tokio::signal::windows::CtrlShutdown,
);

#[cfg(all(feature = "signal", windows))]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
        const CAN: &str = "a console handler can be set";
        Self(
            ctrl_c().expect(CAN),
            ctrl_break().expect(CAN),
            ctrl_close().expect(CAN),
            ctrl_logoff().expect(CAN),
            ctrl_shutdown().expect(CAN),
        )
    }

    async fn next(&mut self) {
        let Self(c, r#break, close, logoff, shutdown) = self;
        std::future::poll_fn(|cx| {
            let asked = c.poll_recv(cx).is_ready()
                || r#break.poll_recv(cx).is_ready()
                || close.poll_recv(cx).is_ready()
                || logoff.poll_recv(cx).is_ready()
                || shutdown.poll_recv(cx).is_ready();
            if asked { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}
