//! The servers of a process: they run until the shutdown begins, are asked to stop, and are dropped if they do not.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::error::Panic;
use crate::util::text::{self, CAUSE, Clean, Named, clean};
use crate::util::{Chain, Gives, Rounded, catching, later};

/// A future that resolves when a server must stop. Pass it to `with_graceful_shutdown` of axum, or `serve_with_shutdown` of
/// tonic. Clones resolve at the same time.
///
/// # Cancel safety
///
/// Dropping it loses nothing.
#[must_use = "a server that does not wait for it is cut short at its budget"]
pub struct Stop {
    token: CancellationToken,
    cancelled: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Stop {
    fn new(token: &CancellationToken) -> Self {
        Self { token: token.clone(), cancelled: Box::pin(token.clone().cancelled_owned()) }
    }

    /// Whether the server has been asked to stop.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }
}

impl Clone for Stop {
    fn clone(&self) -> Self {
        Self::new(&self.token)
    }
}

impl Future for Stop {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.cancelled.as_mut().poll(cx)
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop").field("is_requested", &self.is_requested()).finish()
    }
}

/// The result of a server or of a last step: `()`, or a `Result<(), E>` whose error can be printed. A future that never ends
/// (`!`) is allowed, too.
///
/// A nested `Result` is allowed as well: the result of a `tokio::spawn`ed task fails if the task panicked, or if its own
/// result is an error. Other values would be lost, and do not compile.
#[diagnostic::on_unimplemented(
    message = "`{Self}` says neither that it ended well nor how it failed",
    label = "`Shutdown` takes `()`, or a `Result` of it",
    note = "where the value is of no use, drop it: write `drop(value)`, or `.map(drop)` for one in a `Result`",
    note = "the step of `finally` is a plain closure: to await in it, write `|| tokio::runtime::Handle::current().block_on(async {{ … }})`"
)]
pub trait StepResult {
    #[doc(hidden)]
    fn into_failure(self) -> Option<String>;
}

#[diagnostic::do_not_recommend]
impl StepResult for () {
    fn into_failure(self) -> Option<String> {
        None
    }
}

/// An endless loop. Its type, `!`, can only be named on stable Rust as the result of a function.
#[diagnostic::do_not_recommend]
impl StepResult for <fn() -> ! as Gives>::Given {
    fn into_failure(self) -> Option<String> {
        self
    }
}

impl<T: StepResult, E: Into<Box<dyn Error + Send + Sync>>> StepResult for Result<T, E> {
    fn into_failure(self) -> Option<String> {
        match self {
            Ok(value) => value.into_failure(),
            Err(error) => Some(text::shown(&Chain(&*error.into()), CAUSE)),
        }
    }
}

pub(super) type Serve = Pin<Box<dyn Future<Output = Option<String>> + Send>>;

pub(super) struct Server {
    pub(super) name: &'static str,
    pub(super) budget: Duration,
    pub(super) start: Box<dyn FnOnce(Stop) -> Serve + Send>,
}

impl Server {
    pub(super) fn new<F, S>(name: &'static str, budget: Duration, server: F) -> Self
    where
        F: FnOnce(Stop) -> S + Send + 'static,
        S: IntoFuture<Output: StepResult, IntoFuture: Send + 'static>,
    {
        let start = |stop| -> Serve {
            let server = server(stop).into_future();
            Box::pin(async { server.await.into_failure() })
        };
        Self { name, budget, start: Box::new(start) }
    }
}

/// How a server of a [`Shutdown`](crate::Shutdown) ended.
#[derive(Clone, Debug)]
pub struct ServerReport {
    name: &'static str,
    budget: Duration,
    took: Duration,
    end: ServerEnd,
}

#[derive(Clone, Debug)]
enum ServerEnd {
    Ended,
    Failed(String),
    CutShort,
}

impl ServerReport {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// How long it took to end after it was asked to stop. Zero if it ended before that.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// The budget that it had to end.
    #[must_use]
    pub fn budget(&self) -> Duration {
        self.budget
    }

    /// Why it failed, if it did: its error with its sources, or its panic, in one line, cut at 5120 bytes.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        if let ServerEnd::Failed(failure) = &self.end { Some(failure) } else { None }
    }

    /// Whether it was dropped: its budget was over, or a second signal came.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        matches!(self.end, ServerEnd::CutShort)
    }

    /// Whether it ended as it should.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        matches!(self.end, ServerEnd::Ended)
    }
}

impl fmt::Display for ServerReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, budget, took, end } = self;
        let name = Named(name);
        match end {
            ServerEnd::Ended => write!(f, "{name}: ended in {} of {budget:?}", Rounded(*took)),
            ServerEnd::Failed(failure) => write!(f, "{name}: failed: {}", Clean(failure, CAUSE)),
            ServerEnd::CutShort => write!(f, "{name}: cut short after {} of {budget:?}", Rounded(*took)),
        }
    }
}

/// The running servers.
pub(super) struct Running {
    servers: Vec<(Serve, ServerReport)>,
    stop: CancellationToken,
    stopped_at: Option<Instant>,
    /// The longest budget of all servers.
    longest: Duration,
    pub(super) ended: Vec<ServerReport>,
}

impl Running {
    pub(super) fn start(servers: Vec<Server>) -> Self {
        let longest = servers.iter().map(|server| server.budget).max().unwrap_or_default();
        let stop = CancellationToken::new();
        let mut new = Self { servers: Vec::new(), stop, stopped_at: None, longest, ended: Vec::new() };
        for Server { name, budget, start } in servers {
            let mut report = ServerReport { name, budget, took: Duration::ZERO, end: ServerEnd::Ended };
            match catching(|| start(Stop::new(&new.stop))) {
                Ok(server) => new.servers.push((server, report)),
                Err(payload) => {
                    report.end = ServerEnd::Failed(panicked(payload));
                    new.ended.push(report);
                }
            }
        }
        new
    }

    pub(super) fn is_empty(&self) -> bool {
        self.servers.is_empty()
    }

    /// Polls all servers. Returns the name of a server that has ended, if there is one.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Option<&'static str> {
        let took = self.stopped_at.map_or(Duration::ZERO, |stopped_at| stopped_at.elapsed());
        let Self { servers, ended, .. } = self;
        servers.retain_mut(|(server, report)| {
            report.end = match catching(|| server.as_mut().poll(cx)) {
                Ok(Poll::Pending) => return true,
                Ok(Poll::Ready(None)) => ServerEnd::Ended,
                Ok(Poll::Ready(Some(failure))) => ServerEnd::Failed(failure),
                Err(payload) => ServerEnd::Failed(panicked(payload)),
            };
            report.took = took;
            ended.push(report.clone());
            false
        });
        self.ended.last().map(|report| report.name)
    }

    /// Asks the servers to stop. Returns when to cancel requests, and when their time is over. It uses the longest budget,
    /// because a request's server is not known.
    pub(super) fn request_stop(&mut self, now: Instant) -> (Instant, Instant) {
        self.stopped_at = Some(now);
        self.stop.cancel();
        (later(now, self.longest.saturating_sub(grace(self.longest))), later(now, self.longest))
    }

    /// When the first of the budgets is over.
    pub(super) fn next(&self) -> Option<Instant> {
        let shortest = self.servers.iter().map(|(_, report)| report.budget).min()?;
        Some(later(self.stopped_at?, shortest))
    }

    /// Drops the servers whose budget is over.
    pub(super) fn cut(&mut self, now: Instant) {
        let Some(stopped_at) = self.stopped_at else { return };
        let Self { servers, ended, .. } = self;
        servers.retain_mut(|(server, report)| {
            if now < later(stopped_at, report.budget) {
                return true;
            }
            (report.took, report.end) = (now.saturating_duration_since(stopped_at), ServerEnd::CutShort);
            let mut nothing: Serve = Box::pin(std::future::ready(None));
            std::mem::swap(server, &mut nothing);
            // Its destructors may panic.
            drop(catching(|| drop(nothing)));
            ended.push(report.clone());
            false
        });
    }

    /// After a second signal: leaks the servers until the process ends.
    pub(super) fn leave(&mut self, now: Instant) {
        let took = self.stopped_at.map_or(Duration::ZERO, |stopped_at| now.saturating_duration_since(stopped_at));
        for (server, mut report) in self.servers.drain(..) {
            std::mem::forget(server);
            (report.took, report.end) = (took, ServerEnd::CutShort);
            self.ended.push(report);
        }
    }
}

/// How long before the end of its budget a server's requests are cancelled: a quarter of it, at most five seconds.
pub(super) fn grace(budget: Duration) -> Duration {
    (budget / 4).min(Duration::from_secs(5))
}

pub(super) fn panicked(payload: Box<dyn Any + Send>) -> String {
    format!("panicked: {}", clean(Panic::new(payload).message()))
}
