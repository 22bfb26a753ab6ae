//! The phases of a shutdown, and their proof.

use std::fmt;
#[cfg(feature = "signal")]
use std::future::poll_fn;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
#[cfg(feature = "signal")]
use std::pin::pin;
use std::sync::Arc;
#[cfg(feature = "signal")]
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::finally::LastStep;
use super::member::{Member, MemberReport, Phase, bounded};
use super::report::{ShutdownReport, Unphased};
use super::run::run;
use super::server::{Server, StepResult, Stop};
use super::{DeadWorker, Readiness};
use crate::owner::{self, TaskOwner};
#[cfg(doc)]
use crate::tracker::DrainReport;
use crate::tracker::{Held, StaticTracker, TaskSite, Tracker, TrackerRef, sites, stop_request};

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
    /// What it waits for.
    pub(super) on: Vec<Trigger>,
    /// Until when it still serves.
    pub(super) ready: Vec<(&'static Readiness, Duration)>,
    pub(super) servers: Vec<Server>,
    pub(super) phases: Vec<Phase>,
    pub(super) inspect: Vec<Inspect>,
    pub(super) last: Vec<LastStep>,
    /// Look for trackers that are in no phase.
    all: bool,
}

pub(super) type Trigger = Pin<Box<dyn Future<Output = ()> + Send>>;
type Inspect = Box<dyn FnOnce(&ShutdownReport) + Send>;

impl Shutdown {
    /// A shutdown without phases.
    pub const fn new() -> Self {
        Self {
            on: Vec::new(),
            ready: Vec::new(),
            servers: Vec::new(),
            phases: Vec::new(),
            inspect: Vec::new(),
            last: Vec::new(),
            all: false,
        }
    }

    /// The same, which also finds every static tracker of the program and every service's, a library's too: those that
    /// are in no phase are drained in a last one, and named in the report.
    ///
    /// Statics are found through [`sites`]: a tracker that no function names is not among them, nor one that only a
    /// [`Singleflight`](crate::Singleflight) names that has not run yet. An `Arc<Tracker>` is not
    /// found either: give it a phase with [`shared`](Self::shared).
    pub const fn all() -> Self {
        let mut new = Self::new();
        new.all = true;
        new
    }

    /// Waits for this before it begins: a signal ([`requested`](Self::requested)), or whatever else is to end the process. The first of
    /// several counts.
    ///
    /// Whatever it waits for, [`Shutdown::request`], a server that ends and an `essential` worker that ends begin it too. Without
    /// this, a shutdown that has servers waits for a signal, where there is the feature `signal`; one that has none begins
    /// at once.
    pub fn on(mut self, asked: impl Future<Output = ()> + Send + 'static) -> Self {
        self.on.push(Box::pin(asked));
        self
    }

    /// Asks for the end of the process, from anywhere in it: a [`Shutdown`] that waits begins, with this reason in its report, and
    /// [`requested`](Self::requested) is ready. The first reason stands.
    ///
    /// ```
    /// use outlive::Shutdown;
    ///
    /// fn lease_lost() {
    ///     Shutdown::request("the lease is lost");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// lease_lost();
    /// let report = Shutdown::new().on(std::future::pending()).run().await;
    /// assert_eq!(report.cause().to_string(), "requested: the lease is lost");
    /// # }
    /// ```
    pub fn request(reason: impl fmt::Display) {
        stop_request::request(&reason);
    }

    /// From its beginning on the process is not ready, and goes on serving for `still_serving`: so long it may take until nobody
    /// sends it requests any more. A load balancer asks every few seconds.
    ///
    /// Where no server runs, it does not wait.
    pub fn ready(mut self, readiness: &'static Readiness, still_serving: Duration) -> Self {
        self.ready.push((readiness, still_serving));
        self
    }

    /// Runs a server, from [`run`](Self::run) on until the shutdown begins. Any number of them run side by side.
    ///
    /// `server` makes it: it is given what tells it to end. Any future does that ends then: axum's, tonic's, a loop of your own
    /// around `accept`. Where it ends by itself, the shutdown begins; where it fails or panics, the exit code is 1, and the
    /// drain takes place all the same.
    ///
    /// Told, it has this `budget` for the requests that are open. A client that stalls, a stream or a WebSocket would keep it for
    /// ever: so a quarter of the budget before its end, at most five seconds, the contexts of the open requests are cancelled
    /// with [`CancelCause::Shutdown`](crate::CancelCause::Shutdown); at its end the server is dropped, and the report
    /// [says](ShutdownReport::open_requests) what was open. That is for requests that a `ContextLayer` handles (feature `tower`). What the
    /// server has spawned is not dropped: it goes with the process, after the phases, and its calls are refused.
    ///
    #[cfg_attr(all(feature = "axum", feature = "signal"), doc = "```no_run")]
    #[cfg_attr(not(all(feature = "axum", feature = "signal")), doc = "```ignore")]
    /// use std::process::ExitCode;
    /// use std::time::Duration;
    /// use axum::{Router, routing::get};
    /// use outlive::{Readiness, Shutdown, Tracker};
    ///
    /// static READY: Readiness = Readiness::new();
    /// static AUDIT: Tracker = Tracker::bounded("audit", 64);
    ///
    /// #[tokio::main]
    /// async fn main() -> ExitCode {
    ///     let app = Router::new().route("/readyz", get(&READY));
    ///     let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await.expect("a port");
    ///     Shutdown::all()
    ///         .on(Shutdown::requested())
    ///         .ready(&READY, Duration::from_secs(5))
    ///         .serve("http", Duration::from_secs(10), |stop| axum::serve(listener, app).with_graceful_shutdown(stop))
    ///         .phase("stores").tracker(&AUDIT)
    ///         .inspect(|report| eprintln!("{report}"))
    ///         .run()
    ///         .await
    ///         .into()
    /// }
    /// ```
    ///
    /// By hand that is a `select!` around `with_graceful_shutdown`, which has no bound of its own.
    pub fn serve<F, S>(mut self, name: &'static str, budget: Duration, server: F) -> Self
    where
        F: FnOnce(Stop) -> S + Send + 'static,
        S: IntoFuture<Output: StepResult, IntoFuture: Send + 'static>,
    {
        self.servers.push(Server::new(name, budget, server));
        self
    }

    /// Shows the report when the phases have ended, before the last steps: what it logs is flushed by them.
    ///
    /// What the last steps add is in the report that [`run`](Self::run) gives.
    pub fn inspect(mut self, look: impl FnOnce(&ShutdownReport) + Send + 'static) -> Self {
        self.inspect.push(Box::new(look));
        self
    }

    /// A last step: what is to be flushed before the process ends, a log's guard or an exporter. The steps are done one after
    /// another, when the phases have ended, also after a second signal.
    ///
    /// It has a thread of its own, in which the runtime is entered, so that it may block, and no blocked worker keeps it from its
    /// work. Where it does not end within `budget`, it is left behind. That, an `Err` and a panic are among the report's
    /// [`failures`](ShutdownReport::failures), and the exit code is 1.
    pub fn finally<R: StepResult>(
        mut self,
        name: &'static str,
        budget: Duration,
        step: impl FnOnce() -> R + Send + 'static,
    ) -> Self {
        self.last.push(LastStep::new(name, budget, step));
        self
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
            drain: Box::pin(async { Ok(MemberReport::Drained(tracker.drain().await)) }),
            cut: None,
        })
    }

    /// Drains a shared tracker in this phase.
    pub fn shared<const DRAIN_SECS: u64>(self, tracker: Arc<Tracker<DRAIN_SECS>>) -> Self {
        self.member(Member {
            tracker: Some(TrackerRef::Shared(Arc::clone(&tracker) as _)),
            budget: tracker.budget(),
            drain: Box::pin(async move { Ok(MemberReport::Drained(tracker.drain().await)) }),
            cut: None,
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
            let report =
                if is_derived { Ok(service.shutdown().await) } else { bounded(budget, service.shutdown()).await };
            report.map(MemberReport::Drained)
        };
        self.member(Member { tracker, budget, drain: Box::pin(drain), cut: None })
    }

    /// Drains a static tracker in this phase, where none does yet.
    #[doc(hidden)]
    pub fn __drains<const DRAIN_SECS: u64>(self, tracker: &'static Tracker<DRAIN_SECS>) -> Self {
        let address = tracker.held().into_ref().here().core().address();
        let mut known = self.phases.iter().flat_map(|phase| &phase.members).filter_map(Member::address);
        if known.any(|known| known == address) { self } else { self.tracker(tracker) }
    }

    /// What is no tracker's, in this phase: it gives what it has done, and what it could not do. `cut` says what is left where a
    /// second signal comes first.
    #[doc(hidden)]
    pub fn __step(
        self,
        budget: Duration,
        work: impl Future<Output = (String, Option<String>)> + Send + 'static,
        cut: impl FnOnce() -> String + Send + 'static,
    ) -> Self {
        let drain = async move { bounded(budget, work).await.map(|(note, failure)| MemberReport::Note(note, failure)) };
        self.member(Member { tracker: None, budget, drain: Box::pin(drain), cut: Some(Box::new(cut)) })
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

    /// Waits until the process is asked to end: SIGTERM or Ctrl-C; on Windows Ctrl-C, Ctrl-Break, or the console's
    /// close, log-off or shutdown. Or [`request`](Self::request), or the end of something essential.
    ///
    /// Give it to the server, as what its graceful shutdown waits for. Whoever asks after the signal has come is answered
    /// at once.
    ///
    /// From the first poll on, these signals do not end the process by themselves. A second one, also between this and
    /// [`run`](Self::run), interrupts the run; where nothing has answered it within a second, since the runtime is
    /// blocked or nobody runs a shutdown, it ends the process with 2. One that comes within a tenth of a second of another is the
    /// same one: launchers pass a Ctrl-C on that the terminal has sent to the whole group.
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
        let (mut signal, mut asked) = (pin!(super::signals::listen().first()), pin!(stop_request::requested()));
        poll_fn(|cx| {
            let is_ready = signal.as_mut().poll(cx).is_ready() || asked.as_mut().poll(cx).is_ready();
            if is_ready { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Runs the servers, waits until the shutdown begins, and ends everything in order: not ready, the servers, phase by phase, the
    /// last steps. What has no servers and waits for nothing drains at once. A signal that comes meanwhile stops at once: what has not been drained stays as it is, its
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
    pub async fn run(self) -> ShutdownReport {
        #[cfg(feature = "signal")]
        let this = if self.on.is_empty() && !self.servers.is_empty() { self.on(Self::requested()) } else { self };
        #[cfg(not(feature = "signal"))]
        let this = self;
        run(this).await
    }

    /// Who has died in one of its trackers, before it begins.
    pub(super) fn died(&self, begun: Instant) -> Vec<DeadWorker> {
        let unphased = self.unphased();
        let phases = self.phases.iter().chain(unphased.as_ref().map(|(last, _)| last));
        let mut known = Vec::new();
        let mut died = Vec::new();
        for tracker in phases.flat_map(|phase| &phase.members).filter_map(|member| member.tracker.as_ref()) {
            if !known.contains(&tracker.core().address()) {
                known.push(tracker.core().address());
                died.extend(DeadWorker::all(tracker.core(), begun));
            }
        }
        died
    }

    /// What is in no phase, as a last one, and its names.
    pub(super) fn unphased(&self) -> Option<(Phase, Unphased)> {
        if !self.all {
            return None;
        }
        let known = self.phases.iter().flat_map(|phase| &phase.members).filter_map(Member::address);
        let mut known: Vec<usize> = known.collect();
        let mut unphased = Unphased::default();
        let mut last = Phase { name: "in no phase", members: Vec::new() };
        let statics = sites().filter_map(TaskSite::tracker);
        let statics = statics.map(|tracker| (tracker.held().into_ref().here(), tracker.drain_budget()));
        for (tracker, budget) in statics.chain(owner::all()) {
            let core = tracker.core();
            if !known.contains(&core.address()) {
                known.push(core.address());
                unphased.names.push(core.name());
                unphased.places.push(core.place());
                let drained = tracker.clone();
                let drain = Box::pin(async move { Ok(MemberReport::Drained(drained.core().drained(budget).await)) });
                last.members.push(Member { tracker: Some(tracker), budget, drain, cut: None });
            }
        }
        if unphased.names.is_empty() { None } else { Some((last, unphased)) }
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
