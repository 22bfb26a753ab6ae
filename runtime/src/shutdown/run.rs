//! Runs a shutdown: not ready, servers, phases, last steps.

use std::future::{Future, IntoFuture, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::coop::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

use super::after;
use super::before::Before;
use super::blocked::blocked_workers;
use super::dead_worker::DeadWorker;
use super::late_calls::{self, Drained};
use super::left_alone;
use super::member::{Draining, Phase};
use super::report::ShutdownReport;
use super::server::{Running, panicked};
use super::shutdown::{Shutdown, Trigger};
#[cfg(all(feature = "systemd", unix))]
use super::systemd;
use crate::context::{OpenRequest, Serving};
use crate::report;
use crate::tracker::{ShutdownCause, stop_request};
use crate::util::{Tick, catching, later};

/// A timer that also fires if the runtime's clock has stopped because all its worker threads are blocked.
#[derive(Default)]
pub(super) struct Alarm {
    at: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    tick: Tick,
}

impl Alarm {
    pub(super) fn poll(&mut self, at: Instant, cx: &mut Context<'_>) -> Poll<()> {
        if self.at != Some(at) {
            // Without a time driver, only the ticks wake it.
            self.timer = catching(|| Box::pin(sleep_until(at))).ok();
            self.at = Some(at);
        }
        let rings = self.timer.as_mut().is_some_and(|timer| timer.as_mut().poll(cx).is_ready());
        if rings || Instant::now() >= at {
            return Poll::Ready(());
        }
        self.tick.wake(cx.waker());
        Poll::Pending
    }
}

/// Watches for the second signal, which stops a shutdown.
struct Stopping<F> {
    again: Pin<Box<F>>,
    interrupted: bool,
}

impl<F: Future<Output = ()>> Stopping<F> {
    /// Whether the second signal has come.
    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        self.interrupted = self.interrupted || self.again.as_mut().poll(cx).is_ready();
        self.interrupted
    }
}

pub(super) async fn run(mut shutdown: Shutdown) -> ShutdownReport {
    #[cfg(all(feature = "systemd", unix))]
    let systemd = systemd::Notifier::begin();
    let serving_budget = shutdown.serving_budget();
    let serving = if shutdown.servers.is_empty() { None } else { Some(Serving::begin()) };
    let is_whole = shutdown.is_whole();
    let mut on = std::mem::take(&mut shutdown.on);
    // Before a server starts, so that an early signal is not lost.
    let asked = poll_fn(|cx| Poll::Ready(poll_on(&mut on, cx))).await;
    let mut running = Running::start(std::mem::take(&mut shutdown.servers));
    let (cause, failure) = begins(asked, on, &mut running, || {
        #[cfg(all(feature = "systemd", unix))]
        systemd.ready();
    })
    .await;
    let mut report = ShutdownReport::new(cause);
    report.failures.extend(failure.map(|failure| ("on", failure)));
    let begun = Instant::now();
    let mut before = Before::begin();
    report.died = shutdown.died(begun);
    let budget = serving_budget.and(shutdown.ending_budget());
    let place = shutdown.place;
    let still_serving = shutdown.still_serving().filter(|delay| !running.is_empty() && !delay.is_zero());
    report::shutdown_begins(place, &report.began(), &budget, still_serving);
    #[cfg(all(feature = "systemd", unix))]
    systemd.stopping(budget.sum());
    shutdown.ready.iter().for_each(|(readiness, _)| readiness.end());

    #[cfg(feature = "signal")]
    let again = super::signals::listen().second();
    #[cfg(not(feature = "signal"))]
    let again = std::future::pending::<()>();
    // Futures polled beside it may use up tokio's coop budget of this task.
    let mut stopping = Stopping { again: Box::pin(unconstrained(again)), interrupted: false };
    if let Some(delay) = still_serving {
        let since = Instant::now();
        serve_on(later(since, delay), &mut running, &mut stopping).await;
        report.still_serving = Some(since.elapsed().min(delay));
    }
    report.open = stop_serving(&mut running, serving.as_ref(), &mut stopping).await;
    report.servers = running.ended;
    drop(serving);

    // Only now, so that services made while the servers ran are found, too.
    let last = shutdown.unphased();
    let names =
        last.iter().flat_map(|last| &last.members).filter_map(|member| Some(member.tracker.as_ref()?.core().name()));
    report.unphased = names.collect();
    shutdown.phases.extend(last);
    let members = shutdown.phases.iter().flat_map(|phase| phase.members.iter().map(move |member| (phase.name, member)));
    let trackers: Vec<Drained> = members.filter_map(|(name, member)| Some((name, member.tracker.clone()?))).collect();
    for Phase { name, members } in shutdown.phases {
        before.look(&trackers);
        // Workers that die from now on are in the drain's own report.
        for tracker in members.iter().filter_map(|member| member.tracker.as_ref()) {
            report.died.extend(DeadWorker::all(tracker.core(), begun).filter(DeadWorker::has_died_since));
        }
        let mut phase = Draining { left: members, ..Draining::default() };
        if !stopping.interrupted {
            poll_fn(|cx| if phase.poll(cx) || stopping.poll(cx) { Poll::Ready(()) } else { Poll::Pending }).await;
        }
        for member in phase.left {
            match member.cut_short() {
                Ok(drain) => phase.drained.push(drain),
                Err(failure) => phase.failures.push(failure),
            }
        }
        report.phases.push((name, phase.drained));
        report.notes.extend(phase.notes.into_iter().map(|note| (name, note)));
        report.failures.extend(phase.failures.into_iter().map(|failure| (name, failure)));
    }
    report.interrupted = stopping.interrupted;
    report.before = before.so_far;
    // Ends before the shutdown, and until the tracker drained, are unasked.
    let records = trackers.iter().flat_map(|(_, tracker)| tracker.core().loop_records());
    report.essential = records.filter_map(|record| Some((record.site(), record.essential_end()?))).collect();
    report.notes.extend(late_calls::notes(&trackers));
    if !is_whole && left_alone::ends_the_process() {
        report.notes.extend(left_alone::notes());
    }
    report.blocked_workers = blocked_workers().await;
    // Before the last steps, which flush what is logged.
    report::shutdown_ended(place, report.code(), begun.elapsed(), &report.totals());
    for look in shutdown.inspect {
        // A panic in it must not lose the report.
        drop(catching(|| look(&report)));
    }
    // The last steps have their own budgets. A signal during them needs no reaction: the process ends soon.
    #[cfg(feature = "signal")]
    let _answered = super::signals::listen().answer_all();
    for step in shutdown.last {
        let name = step.name;
        if let Some(failure) = step.done().await {
            report.failures.push((name, failure));
            let (_, failure) = &report.failures[report.failures.len() - 1];
            report::last_step_failed(place, name, failure, report.code());
        }
    }
    if is_whole {
        after::watch();
    }
    report
}

/// Awaiting it is [`run`](Shutdown::run).
///
/// ```
/// use outlive::Shutdown;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let report = Shutdown::new().await;
/// assert!(report.is_clean());
/// # }
/// ```
impl IntoFuture for Shutdown {
    type Output = ShutdownReport;
    type IntoFuture = Pin<Box<dyn Future<Output = ShutdownReport> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Waits until the shutdown begins. Returns the cause, and failures during the wait.
async fn begins(
    mut asked: Poll<Option<String>>,
    mut on: Vec<Trigger>,
    running: &mut Running,
    serves: impl FnOnce(),
) -> (ShutdownCause, Option<String>) {
    let waits = !on.is_empty() || !running.is_empty() || !running.ended.is_empty();
    let mut serves = Some(serves);
    let mut requested = pin!(stop_request::requested());
    poll_fn(|cx| {
        let ended = running.poll(cx);
        if let Some(serves) = serves.take() {
            serves();
        }
        if !waits {
            return Poll::Ready((ShutdownCause::Run, None));
        }
        if let Some(name) = ended {
            return Poll::Ready((ShutdownCause::Server(name), None));
        }
        if let Poll::Ready(cause) = requested.as_mut().poll(cx) {
            return Poll::Ready((cause.clone(), None));
        }
        if asked.is_pending() {
            asked = poll_on(&mut on, cx);
        }
        std::mem::replace(&mut asked, Poll::Pending).map(|failure| (awaited(), failure))
    })
    .await
}

/// Polls the futures of `on`. Ready if one of them is, with its panic, if it panicked.
fn poll_on(on: &mut [Trigger], cx: &mut Context<'_>) -> Poll<Option<String>> {
    for asked in on {
        match catching(|| asked.as_mut().poll(cx)) {
            Ok(Poll::Pending) => {}
            Ok(Poll::Ready(())) => return Poll::Ready(None),
            Err(payload) => return Poll::Ready(Some(panicked(payload))),
        }
    }
    Poll::Pending
}

/// The cause when a future of `on` has resolved. Usually it is a signal.
fn awaited() -> ShutdownCause {
    if let Some(cause) = stop_request::cause() {
        return cause.clone();
    }
    #[cfg(feature = "signal")]
    if super::signals::listen().has_come() {
        return ShutdownCause::Signal;
    }
    ShutdownCause::Awaited
}

/// Serves on while not ready, until load balancers have noticed. It ends at once without a running server.
async fn serve_on(until: Instant, running: &mut Running, stopping: &mut Stopping<impl Future<Output = ()>>) {
    let mut alarm = Alarm::default();
    poll_fn(|cx| {
        running.poll(cx);
        let is_over = running.is_empty() || stopping.poll(cx) || alarm.poll(until, cx).is_ready();
        if is_over { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Stops the servers: it resolves their `Stop`, cancels the open requests before the longest budget is over, and drops
/// servers that do not end. Requests may be left when their server has ended, because a server does not wait for a
/// WebSocket: they are cancelled then, and waited for. Returns the requests that were still open at the end of a budget.
async fn stop_serving(
    running: &mut Running,
    serving: Option<&Serving>,
    stopping: &mut Stopping<impl Future<Output = ()>>,
) -> Vec<OpenRequest> {
    /// There is no notification when the last request ends.
    const POLL_INTERVAL: Duration = Duration::from_millis(10);

    let Some(serving) = serving else { return Vec::new() };
    let (mut alarm, mut cancelled, mut open) = (Alarm::default(), false, Vec::new());
    let (cancels_at, over_at) = running.request_stop(Instant::now());
    poll_fn(|cx| {
        loop {
            running.poll(cx);
            if stopping.poll(cx) {
                open.extend(serving.open());
                running.leave(Instant::now(), serving.open_count());
                return Poll::Ready(());
            }
            if !cancelled && (running.is_empty() || Instant::now() >= cancels_at) {
                cancelled = true;
                serving.cancel();
                continue;
            }
            let ends_at = running.next().unwrap_or(over_at);
            if running.is_empty() && !serving.has_open() {
                return Poll::Ready(());
            }
            if Instant::now() >= ends_at {
                if open.is_empty() {
                    open.extend(serving.open());
                }
                if running.is_empty() {
                    return Poll::Ready(());
                }
                running.cut(Instant::now(), serving.open_count());
                continue;
            }
            let looks_at = if running.is_empty() { later(Instant::now(), POLL_INTERVAL) } else { ends_at };
            let looks_at = looks_at.min(if cancelled { ends_at } else { cancels_at });
            if alarm.poll(looks_at, cx).is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await;
    open
}
