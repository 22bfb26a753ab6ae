//! The servers of a process: they run until the shutdown begins, are asked to stop, and are dropped if they do not.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::listening::Listening;
use crate::error::Panic;
use crate::util::text::{self, CAUSE, Clean, Named, clean};
use crate::util::{Chain, Gives, Rounded, catching, later};

/// A future that resolves when a server must stop. Pass it to `with_graceful_shutdown` of axum, or `serve_with_shutdown` of
/// tonic. Clones resolve at the same time.
///
/// [`Shutdown::serve`](crate::Shutdown::serve) gives one to each server. From then on the server has its budget. It is
/// `Unpin`, so a loop can poll `&mut stop`. After it has resolved, it resolves at once whenever it is polled. It is
/// like tokio-util's `CancellationToken`, but can only be waited for.
///
/// ```
/// use std::time::Duration;
/// use outlive::{Shutdown, Stop};
/// use tokio::sync::mpsc;
///
/// async fn echo(mut requests: mpsc::Receiver<String>, mut stop: Stop) {
///     loop {
///         tokio::select! {
///             Some(request) = requests.recv() => println!("{request}"),
///             () = &mut stop => return, // no further requests
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let (client, requests) = mpsc::channel(8);
/// let report = Shutdown::new()
///     .on(async move { client.send("hello".to_owned()).await.unwrap() }) // begins the shutdown
///     .serve("echo", Duration::from_secs(10), |stop| echo(requests, stop))
///     .run()
///     .await;
/// assert!(report.is_clean(), "{report}");
/// # }
/// ```
///
/// # Cancel safety
///
/// Dropping it loses nothing.
#[must_use = "a server that does not wait for it is cut short at its budget"]
pub struct Stop {
    token: CancellationToken,
    /// Whether any clone is left.
    kept: Arc<()>,
    cancelled: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Stop {
    fn new(token: &CancellationToken, kept: Arc<()>) -> Self {
        Self { token: token.clone(), kept, cancelled: Box::pin(token.clone().cancelled_owned()) }
    }

    /// Whether the server has been asked to stop.
    ///
    /// It does not wait. Use it in a loop that has no `select!`, for example to answer `Connection: close`.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }
}

impl Clone for Stop {
    fn clone(&self) -> Self {
        Self::new(&self.token, Arc::clone(&self.kept))
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
///
/// ```
/// use std::io;
/// use std::time::Duration;
/// use outlive::Shutdown;
///
/// async fn serve() -> io::Result<()> {
///     Err(io::Error::other("the address is in use"))
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let report = Shutdown::new()
///     .serve("http", Duration::from_secs(10), |_stop| tokio::spawn(serve())) // `Result<io::Result<()>, JoinError>`
///     .finally("logs", Duration::from_secs(1), || ())
///     .run()
///     .await;
/// assert_eq!(report.servers()[0].failure(), Some("the address is in use"));
/// # }
/// ```
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
///
/// [`ShutdownReport::servers`](crate::ShutdownReport::servers) lists them. Its `Display` is one line, for an operator:
/// `http: ended in 1.2s of 10s`, or `http: dropped after 10s of 10s, with 1 request open; what it has spawned is
/// cut when the process ends`. Times count from the moment at which [`Stop`] resolved.
///
/// ```
/// use std::time::Duration;
/// use outlive::Shutdown;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let report = Shutdown::new()
///     .on(async {}) // begins the shutdown at once
///     .serve("http", Duration::from_secs(10), |stop| stop) // ends when it must
///     .run()
///     .await;
/// let [http] = report.servers() else { panic!("{report}") };
/// assert_eq!((http.name(), http.budget(), http.is_clean()), ("http", Duration::from_secs(10), true));
/// # }
/// ```
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
    /// Its budget was over, with so many requests open, if any is known.
    Dropped(Option<usize>),
    /// A second signal came.
    Left(Option<usize>),
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

    /// Whether it had not ended when its budget was over, and was dropped, or when a second signal came. The text says how
    /// many requests were open then, of those that a `ContextLayer` handles. The connections that a server has spawned run on
    /// until the process ends, so a client may still get its answer.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        matches!(self.end, ServerEnd::Dropped(_) | ServerEnd::Left(_))
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
            ServerEnd::Dropped(open) => {
                let open = HowManyOpen(*open);
                write!(
                    f,
                    "{name}: dropped after {} of {budget:?}{open}; what it has spawned is cut when the process ends",
                    Rounded(*took)
                )
            }
            ServerEnd::Left(open) => {
                write!(f, "{name}: left running after {} of {budget:?}{}", Rounded(*took), HowManyOpen(*open))
            }
        }
    }
}

/// `, with 2 requests open`. Nothing if no `ContextLayer` has seen a request: then nobody knows.
struct HowManyOpen(Option<usize>);

impl fmt::Display for HowManyOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(0) => f.write_str(", with no request open that a `ContextLayer` has seen"),
            Some(1) => f.write_str(", with 1 request open"),
            Some(more) => write!(f, ", with {more} requests open"),
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
            let kept = Arc::new(());
            let listening = Listening::new(name, budget, &kept, &new.stop);
            match catching(|| start(Stop::new(&new.stop, kept))) {
                Ok(server) => new.servers.push((listening.of(server), report)),
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

    /// Drops the servers whose budget is over. `open` is how many requests are open, if any is known.
    pub(super) fn cut(&mut self, now: Instant, open: Option<usize>) {
        let Some(stopped_at) = self.stopped_at else { return };
        let Self { servers, ended, .. } = self;
        servers.retain_mut(|(server, report)| {
            if now < later(stopped_at, report.budget) {
                return true;
            }
            (report.took, report.end) = (now.saturating_duration_since(stopped_at), ServerEnd::Dropped(open));
            let mut nothing: Serve = Box::pin(std::future::ready(None));
            std::mem::swap(server, &mut nothing);
            // Its destructors may panic.
            drop(catching(|| drop(nothing)));
            ended.push(report.clone());
            false
        });
    }

    /// After a second signal: leaks the servers until the process ends.
    pub(super) fn leave(&mut self, now: Instant, open: Option<usize>) {
        let took = self.stopped_at.map_or(Duration::ZERO, |stopped_at| now.saturating_duration_since(stopped_at));
        for (server, mut report) in self.servers.drain(..) {
            std::mem::forget(server);
            (report.took, report.end) = (took, ServerEnd::Left(open));
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
