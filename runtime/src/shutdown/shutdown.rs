//! The builder of a shutdown.

use std::fmt;
#[cfg(feature = "signal")]
use std::future::poll_fn;
use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::pin::Pin;
#[cfg(feature = "signal")]
use std::pin::pin;
#[cfg(feature = "signal")]
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::arguments::{Begins, LastWork, Looked, Looks, PhaseName, Serves};
use super::finally::LastStep;
use super::left_alone::IN_NO_PHASE;
use super::member::{Member, MemberReport, Phase, bounded};
use super::members::{SharedMember, TrackerMember};
use super::report::ShutdownReport;
use super::run::run;
#[cfg(doc)]
use super::server::Stop;
use super::server::{Server, StepResult};
use super::{DeadWorker, Readiness};
use crate::owner::{self, TaskOwner};
#[cfg(doc)]
use crate::tracker::DrainReport;
use crate::tracker::{Held, StaticTracker, TaskSite, Tracker, sites, stop_request};

/// Shuts a process down in order: servers, then trackers and services, phase by phase, with one report and an exit code.
///
/// Put producers into earlier phases: a phase begins when the one before it has ended, and drains its members concurrently.
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
/// // Kubernetes gives the process 40 s. A compile error if that is too little.
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
    /// The futures that begin it.
    pub(super) on: Vec<Trigger>,
    /// The readiness values, and how long it serves on after them.
    pub(super) ready: Vec<(&'static Readiness, Duration)>,
    pub(super) servers: Vec<Server>,
    pub(super) phases: Vec<Phase>,
    pub(super) inspect: Vec<Inspect>,
    pub(super) last: Vec<LastStep>,
    /// Whether to look for trackers that are in no phase.
    all: bool,
    /// Where it is made.
    pub(super) place: &'static Location<'static>,
}

pub(super) type Trigger = Pin<Box<dyn Future<Output = ()> + Send>>;
type Inspect = Box<dyn FnOnce(&ShutdownReport) + Send>;

impl Shutdown {
    /// Makes a shutdown without phases.
    ///
    /// It drains what is added to it, and nothing else. If it is awaited in `main`, and tasks of another static tracker run on
    /// at its end, the [notes](ShutdownReport::notes) of its report name that tracker.
    #[track_caller]
    pub const fn new() -> Self // `Shutdown::new().tracker(&AUDIT)`: each thing is added behind it
    {
        Self {
            on: Vec::new(),
            ready: Vec::new(),
            servers: Vec::new(),
            phases: Vec::new(),
            inspect: Vec::new(),
            last: Vec::new(),
            all: false,
            place: Location::caller(),
        }
    }

    /// Makes a shutdown that also finds every static tracker and every service's tracker of the program and its libraries.
    /// Those that are in no phase are drained in a last phase, and named in the report.
    ///
    /// Static trackers are found through [`sites`]. So a tracker that no function names is not found, nor one that only a
    /// [`Singleflight`](crate::Singleflight) names that has not run yet. An `Arc<Tracker>` is not found either: add it to a
    /// phase with [`shared`](Self::shared).
    #[track_caller]
    pub const fn all() -> Self // `Shutdown::all().tracker(&AUDIT)`: each thing is added behind it
    {
        let mut new = Self::new();
        new.all = true;
        new
    }

    /// Begins the shutdown when `asked` resolves. With several, the first one counts. `asked` is any future. For signals
    #[cfg_attr(feature = "signal", doc = "there is [`requested`](Self::requested).")]
    #[cfg_attr(not(feature = "signal"), doc = "there is `requested`, with the feature `signal`.")]
    ///
    /// [`Shutdown::request`], a server that ends, and an `essential` worker or loop that ends begin it as well. Without any
    /// `on`, a shutdown with servers waits for a signal (with the feature `signal`), and one without servers begins at once.
    pub fn on(mut self, asked: impl Begins + Send + 'static) -> Self // it owns what it waits for: `token.cancelled_owned()`
    {
        self.on.push(Box::pin(asked));
        self
    }

    /// Begins the shutdown from anywhere in the process: a waiting [`Shutdown`] begins, with this reason in its report.
    #[cfg_attr(feature = "signal", doc = "[`requested`](Self::requested) resolves as well.")]
    #[cfg_attr(not(feature = "signal"), doc = "`requested` (feature `signal`) resolves as well.")]
    /// The first reason is kept.
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
    pub fn request(reason: impl fmt::Display) // `Shutdown::request("the lease is lost")`
    {
        stop_request::request(&reason);
    }

    /// Sets `readiness` to not ready when the shutdown begins. The servers serve on for `still_serving`: a load balancer
    /// probes every few seconds, and sends requests until then. Without a running server, the shutdown does not wait. Its
    /// event and its report have this time.
    pub fn ready(mut self, readiness: &'static Readiness, still_serving: Duration) -> Self // `.ready(&READY, Duration::from_secs(5))`
    {
        self.ready.push((readiness, still_serving));
        self
    }

    /// Runs a server from [`run`](Self::run) until the shutdown. Any number of servers run concurrently.
    ///
    /// `server` gets the [`Stop`] future, and returns the server's future, which must end after `Stop` resolves: axum's,
    /// tonic's, or your own loop around `accept`. If it ends by itself, the shutdown begins. If it fails or panics, the exit
    /// code is 1, and the drain takes place all the same.
    ///
    /// After `Stop` resolves, the server has `budget` for its open requests. A stalled client, a stream or a WebSocket would
    /// keep it open for ever. So the contexts of the open requests are cancelled with
    /// [`CancelCause::Shutdown`](crate::CancelCause::Shutdown) a quarter of the budget before its end, at most five seconds
    /// before. At its end the server is dropped, and the report [lists](ShutdownReport::open_requests) the open requests.
    /// This applies to requests that a `ContextLayer` handles (feature `tower`). Connections that the server has spawned are
    /// not dropped: they end with the process, after the phases, and their calls are refused.
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
    /// By hand, this is a `select!` around `with_graceful_shutdown`, which has no time limit of its own.
    #[rustfmt::skip] // rustc shows the line of the name
    pub fn serve<F, S>(mut self, name: &'static str, budget: Duration, server: F) -> Self // `Duration::from_secs(10)` is a budget
    where
        F: Serves<S> + Send + 'static,
        S: IntoFuture<Output: StepResult, IntoFuture: Send + 'static>,
    {
        self.servers.push(Server::new(name, budget, server));
        self
    }

    /// Calls `look` with the report after the phases and before the last steps, which flush what it logs.
    ///
    /// Failures of the last steps are only in the report that [`run`](Self::run) returns.
    /// A panic of `look` is caught, and the shutdown goes on. `look` must not block: nothing limits its time.
    pub fn inspect<R: Looked>(mut self, look: impl Looks<R> + Send + 'static) -> Self {
        self.inspect.push(Box::new(|report| drop(look(report))));
        self
    }

    /// Adds a last step, such as flushing a log or an exporter. The steps run one after another when the phases have ended,
    /// also after a second signal.
    ///
    /// A step runs on its own thread, inside the runtime's context, so it may block, and blocked worker threads do not delay
    /// it. If it does not end within `budget`, the shutdown goes on without it. A step that exceeds its budget, returns an
    /// `Err` or panics is among the report's [`failures`](ShutdownReport::failures), and makes the exit code 1.
    ///
    /// ```
    /// use std::time::Duration;
    /// use outlive::Shutdown;
    ///
    /// # fn flush() -> Result<(), std::io::Error> { Err(std::io::Error::other("no collector")) }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let report = Shutdown::new().finally("traces", Duration::from_secs(2), flush).run().await;
    /// assert!(report.failures().eq([("traces", "no collector")]));
    /// assert_eq!(report.code(), 1);
    /// # }
    /// ```
    #[rustfmt::skip] // rustc shows the line of the name
    pub fn finally<R: StepResult>( // `.finally("traces", Duration::from_secs(2), flush)`
        mut self,
        name: &'static str,
        budget: Duration,
        step: impl LastWork<R> + Send + 'static,
    ) -> Self {
        self.last.push(LastStep::new(name, budget, step));
        self
    }

    /// Begins the next phase: the members that are added next belong to it.
    ///
    /// Without a call of it, the members are in one phase, `shutdown`. A phase without members takes no time.
    pub fn phase(mut self, name: impl PhaseName) -> Self // `.phase("stores").tracker(&AUDIT)`
    {
        self.phases.push(Phase { name: name.name(), members: Vec::new() });
        self
    }

    /// Drains a static tracker in this phase: `.tracker(&AUDIT)`. An `Arc<Tracker>` is taken as well, as by
    /// [`shared`](Self::shared).
    pub fn tracker(self, tracker: impl TrackerMember) -> Self // a `static`, no `const`; one that is made at run time: `.shared(…)`
    {
        self.member(tracker.member())
    }

    /// Drains a shared tracker in this phase.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use outlive::{Shutdown, Tracker};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let tasks = Arc::new(Tracker::bounded("tasks", 8));
    /// let report = Shutdown::new().phase("stores").shared(Arc::clone(&tasks)).run().await;
    /// assert!(report.is_clean() && tasks.is_draining());
    /// # }
    /// ```
    pub fn shared(self, tracker: impl SharedMember) -> Self {
        self.member(tracker.member())
    }

    /// Shuts a service down in this phase. The shutdown is an owner of the service until then: pass a clone if you still use
    /// the service.
    ///
    /// A service inside this one is not shut down with it: add it to a later phase. A hand-written `TaskOwner::shutdown` is
    /// given up one second after its `DRAIN_BUDGET`. [`TaskOwner`] has an example.
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

    /// Drains a static tracker in this phase, unless it is in a phase already.
    #[doc(hidden)]
    pub fn __drains<const DRAIN_SECS: u64>(self, tracker: &'static Tracker<DRAIN_SECS>) -> Self {
        let address = tracker.held().into_ref().here().core().address();
        let mut known = self.phases.iter().flat_map(|phase| &phase.members).filter_map(Member::address);
        if known.any(|known| known == address) { self } else { self.tracker(tracker) }
    }

    /// Adds a member without a tracker to this phase. It returns what it did, and what failed. `cut` gives the text for the
    /// report if a second signal comes first.
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

    /// Waits until the process is asked to end: by SIGTERM or Ctrl-C; on Windows by Ctrl-C, Ctrl-Break, or the console's
    /// close, log-off or shutdown; by [`request`](Self::request); or when something essential ends.
    ///
    /// Pass it to [`on`](Self::on), or to a server's graceful shutdown. After the signal has come, it returns at once.
    ///
    /// ```no_run
    /// use outlive::Shutdown;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let report = Shutdown::all().on(Shutdown::requested()).run().await;
    /// report.exit();
    /// # }
    /// ```
    ///
    /// From the first poll on, these signals no longer end the process by themselves. A second signal, even before
    /// [`run`](Self::run), interrupts the shutdown. If nothing reacts to it within a second, because the runtime is blocked
    /// or no shutdown runs, it ends the process with code 2. Two signals within a tenth of a second count as one: launchers
    /// pass on a Ctrl-C that the terminal has sent to the whole group.
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

    /// Runs the servers, waits until the shutdown begins, and then shuts down in order: not ready, servers, phases, last
    /// steps. Without servers and without `on` it begins at once. An `INFO` event says that it begins, why, and how long it
    /// may take. Before the last steps, another event says that it has ended, with its code, its time and its totals; that is
    /// a `WARN` if the shutdown is not clean. A signal during the shutdown stops it at once: trackers that have not been
    /// drained stay as they are, and the report names their running tasks.
    ///
    /// A tracker that is in several phases is drained in the first of them. If `run` is awaited in `main`, it ends even if
    /// every worker thread of a multi-threaded runtime is blocked for good. On a runtime with one thread, code that blocks
    /// the thread also blocks the shutdown, and only a second signal ends the process.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the trackers of the phases that have begun closed, and the others open.
    ///
    /// # Panics
    ///
    /// With the feature `signal`, if the system does not let the process listen for signals. Outside a tokio runtime with a
    /// time driver, a tracker whose tasks have not ended is among the [`failures`](ShutdownReport::failures).
    pub async fn run(self) -> ShutdownReport // `Shutdown::all().run().await`
    {
        #[cfg(feature = "signal")]
        let this = if self.on.is_empty() && !self.servers.is_empty() { self.on(Self::requested()) } else { self };
        #[cfg(not(feature = "signal"))]
        let this = self;
        run(this).await
    }

    /// Whether it is the shutdown of the whole program.
    pub(super) const fn is_whole(&self) -> bool {
        self.all
    }

    /// The workers of its trackers that died before the shutdown.
    pub(super) fn died(&self, begun: Instant) -> Vec<DeadWorker> {
        let unphased = self.unphased();
        let phases = self.phases.iter().chain(&unphased);
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

    /// The trackers that are in no phase, as a last phase.
    pub(super) fn unphased(&self) -> Option<Phase> {
        if !self.all {
            return None;
        }
        let known = self.phases.iter().flat_map(|phase| &phase.members).filter_map(Member::address);
        let mut known: Vec<usize> = known.collect();
        let mut last = Phase { name: IN_NO_PHASE, members: Vec::new() };
        let statics = sites().filter_map(TaskSite::tracker);
        let statics = statics.map(|tracker| (tracker.held().into_ref().here(), tracker.drain_budget()));
        for (tracker, budget) in statics.chain(owner::all()) {
            let core = tracker.core();
            if !known.contains(&core.address()) {
                known.push(core.address());
                let drained = tracker.clone();
                let drain = Box::pin(async move { Ok(MemberReport::Drained(drained.core().drained(budget).await)) });
                last.members.push(Member { tracker: Some(tracker), budget, drain, cut: None });
            }
        }
        if last.members.is_empty() { None } else { Some(last) }
    }
}

impl Default for Shutdown {
    #[track_caller]
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
