//! A run of a loop on demand.

use std::any::Any;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::SetOnce;

use super::handle::TaskHandle;
use super::run_requests::RunRequests;
use super::unfinished::{Hook, Named, Reason};
use crate::current::current_task;
use crate::error::Rejected;
use crate::report;
use crate::tracker::TaskSite;

impl TaskHandle<()> {
    /// Makes a `#[periodic]` loop run now: in a test, for an operator's button, or when a message announces a change.
    ///
    /// If a run is in progress, the caller shares it, and no other run begins. So concurrent callers share one run, and each
    /// can await its result. The shared run may have begun before the change: to be sure, call this again when it has ended.
    /// A run that awaits this waits for itself, until its timeout.
    ///
    /// The schedule does not change. A run that is due while this run is in progress is missed, and `missed = …` decides
    /// about it: by default it is skipped.
    ///
    /// The request is made by the call, not by an await: `refreshing.now();` is a complete statement.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use outlive::{Tracker, periodic};
    ///
    /// static CACHE: Tracker = Tracker::bounded("cache", 8);
    /// static RUNS: AtomicU32 = AtomicU32::new(0);
    ///
    /// #[periodic(every = "1h", timeout = "10s", track = CACHE)]
    /// async fn refresh() -> Result<(), std::io::Error> {
    ///     // … read everything again …
    ///     RUNS.fetch_add(1, Ordering::Relaxed);
    ///     Ok(())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let refreshing = refresh();
    /// let (one, other) = tokio::join!(refreshing.now(), refreshing.now());
    /// assert!(one.is_ok() && other.is_ok());
    /// assert_eq!(RUNS.load(Ordering::Relaxed), 1);
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The future returns a [`Reason`] if the run returned an `Err` ([`Failed`](Reason::Failed)), timed out, panicked or was
    /// cancelled; or if there was no run: [`Rejected::NotPeriodic`] if this is not the handle of a loop, [`Rejected::Ended`]
    /// if the loop has ended, or ends before the run begins, and the refusal of a loop that was never started.
    ///
    /// # Cancel safety
    ///
    /// Dropping the [`RunNow`] changes nothing: the run takes place, and other waiters get its result.
    #[allow(clippy::must_use_candidate, reason = "asking is what it is called for")]
    pub fn now(&self) -> RunNow {
        match self.requests() {
            Ok(requests) => {
                let ticket = requests.ask(Ticket::default);
                ticket.map_or(RunNow::refused(Rejected::Ended), |ticket| RunNow::of(ticket, self.site()))
            }
            Err(rejected) => RunNow::refused(rejected),
        }
    }

    fn requests(&self) -> Result<Arc<LoopRequests>, Rejected> {
        let requests = self.reach()?.downcast().map_err(|_| Rejected::NotPeriodic)?;
        Ok(requests)
    }
}

/// A future of the result of a run on demand: see [`TaskHandle::now`].
///
/// It gives `Ok(())` if the run completed, and otherwise the [`Reason`]. Every waiter for the same run gets the same result.
/// The run takes place whether this is awaited or not.
///
/// ```
/// use outlive::{RunNow, Tracker, periodic};
///
/// static CACHE: Tracker = Tracker::bounded("cache", 8);
///
/// #[periodic(every = "1h", timeout = "10s", track = CACHE)]
/// async fn refresh() {
///     // … read everything again …
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let run: RunNow = refresh().now();
/// assert!(run.await.is_ok());
/// # }
/// ```
///
/// # Panics
///
/// If it is polled again after it has returned its value.
///
/// # Cancel safety
///
/// Dropping it changes nothing.
pub struct RunNow {
    /// The loop's site, until it was reported that a run waits for itself.
    site: Option<&'static TaskSite>,
    end: Pin<Box<dyn Future<Output = Result<(), Reason>> + Send + Sync>>,
}

impl RunNow {
    fn of(ticket: Arc<Ticket>, site: &'static TaskSite) -> Self {
        Self { site: Some(site), end: Box::pin(async move { ticket.end.wait().await.clone() }) }
    }

    fn refused(rejected: Rejected) -> Self {
        Self { site: None, end: Box::pin(ready(Err(Reason::Rejected(rejected)))) }
    }
}

impl Future for RunNow {
    type Output = Result<(), Reason>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let end = self.end.as_mut().poll(cx);
        if let (Poll::Pending, Some(own)) = (&end, self.site) {
            if let Some((site, tracker)) = current_task().filter(|(site, _)| ptr::eq(*site, own)) {
                self.site = None;
                report::waits_for_itself(site, tracker.core().shown_name(), "the end of a run of its own loop");
            }
        }
        end
    }
}

impl fmt::Debug for RunNow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunNow").finish_non_exhaustive()
    }
}

pub(super) type LoopRequests = RunRequests<Ticket>;

/// The result of a run, which all its requests wait for.
#[derive(Default)]
pub(super) struct Ticket {
    end: SetOnce<Result<(), Reason>>,
}

impl Ticket {
    fn complete(&self, end: Result<(), Reason>) {
        // It is set once.
        drop(self.end.set(end));
    }
}

/// The loop's requests, as its record stores them for the handle.
pub(super) fn reachable(requests: &Arc<LoopRequests>) -> Arc<dyn Any + Send + Sync> {
    Arc::<LoopRequests>::clone(requests)
}

/// The loop's side of the requests. Dropping it ends the loop for them.
pub(super) struct LoopEnd(pub(super) Arc<LoopRequests>);

impl LoopEnd {
    /// Begins a run, whose result is delivered to its requests.
    pub(super) fn run(&self) -> RunEnd {
        self.0.begin();
        RunEnd { requests: Some(Arc::clone(&self.0)), end: None, ticket: None }
    }
}

impl Drop for LoopEnd {
    fn drop(&mut self) {
        if let Some(ticket) = self.0.close() {
            ticket.complete(Err(Reason::Rejected(Rejected::Ended)));
        }
    }
}

/// The hook of a run. Dropping it delivers the result, after the run was counted and reported, and its place was given back.
pub(super) struct RunEnd {
    /// Taken at the end of the run: later requests are for another run.
    requests: Option<Arc<LoopRequests>>,
    ticket: Option<Arc<Ticket>>,
    end: Option<Result<(), Reason>>,
}

impl RunEnd {
    pub(super) fn failed(mut self, reason: Reason) {
        self.end = Some(Err(reason));
    }

    fn run_has_ended(&mut self) {
        if let Some(requests) = self.requests.take() {
            self.ticket = requests.end();
        }
    }
}

impl Drop for RunEnd {
    fn drop(&mut self) {
        self.run_has_ended();
        if let Some(ticket) = self.ticket.take() {
            ticket.complete(self.end.take().unwrap_or(Err(Reason::Lost)));
        }
    }
}

impl Hook for RunEnd {
    type Kept = ();

    /// Called at every end, before it is counted, and after [`run`](Self::run) if the run failed.
    fn take(&mut self) -> Option<()> {
        self.end.get_or_insert(Ok(()));
        self.run_has_ended();
        None
    }

    fn run(&mut self, _: Named, _: bool, reason: Reason) -> Option<Box<str>> {
        self.end = Some(Err(reason));
        None
    }
}
