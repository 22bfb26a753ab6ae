//! The end of a task: it is reported and counted, and then its place is given back, so that all reports are sent before a
//! drain returns.

use std::sync::Arc;
use std::{fmt, mem};

use tokio::task::try_id;

use super::body::HeldBody;
use super::end::End;
use super::hint::Hinted;
use super::join_output::{JoinOutput, Unseen, is_watched};
use super::state::TaskState;
use super::unfinished::Hook;
use crate::admission::{Exit, Phase};
use crate::context::Values;
use crate::current::{Carriers, Leave, Stage, StopReason, TaskName, in_task};
use crate::error::{CancelCause, Panic};
use crate::report::{self, ErrorProbe, ErrorView, Facts, ProbeSource};
use crate::timer::TimerEntry;
use crate::tracker::{Age, Binding, Kind, Outcome, stop_request};
use crate::util::text::clean;
use crate::util::{PackedDuration, Ticks};

impl<U: Hook, B: Binding> TaskState<U, B> {
    /// The task's future is dropped before its end: aborted by its handle, or lost.
    pub(super) fn lose<T: 'static>(&mut self, body: HeldBody<'_>, error_of: ErrorProbe<T>) -> JoinOutput<T> {
        if self.permit.key().is_some() {
            return self.end(body, End::Lost, error_of);
        }
        let last = self.permit.core().admission().last_signals(try_id);
        let output = self.end(body, last.abort.map_or(End::Lost, End::Cancelled), error_of);
        // The handle may be dropped while the body is dropped, or later.
        if !last.handle_dropped && output.content.is_some() {
            if let Some(id) = try_id() {
                self.permit.core().admission().record_end(id, is_watched::<T>());
            }
        }
        output
    }

    /// The fast path: the task returned, its body is dropped, and there is nothing to report. Otherwise, gives the value back.
    #[inline]
    pub(super) fn finish<T>(&mut self, value: T, error_of: impl ProbeSource<T>) -> Result<JoinOutput<T>, T> {
        let is_noted = || self.permit.core().admission().has_side_entries();
        let is_plain = self.record.cold_state().is_none() && !(mem::needs_drop::<T>() && is_noted());
        if !is_plain || self.permit.key().is_some() || error_of()(&value).is_some() {
            return Err(value);
        }
        self.leave_completed();
        // Taken first: then the output is made where it stays.
        let tracker = self.permit.take_tracker();
        Ok(JoinOutput { content: Some(Ok(value)), unseen: None, tracker })
    }

    /// The end of a task that has nothing to report. It is not generic over the function, so that what it calls is compiled
    /// once.
    #[inline]
    fn leave_completed(&mut self) {
        let site = self.site();
        let has_waited = mem::replace(&mut self.record.stage, Stage::Done) == Stage::Parked;
        let deadline = self.record.deadline;
        // A worker has no deadline. It has no context either, and nobody asks for the age of what has finished.
        let since = move || match deadline {
            entry if TimerEntry::are(entry) => entry,
            _ if has_waited => deadline.before(site.default_timeout()),
            _ => Ticks::NONE,
        };
        if let Some(args) = self.hook.take() {
            self.drop_in_place("`unfinished` arguments", since(), || drop(args));
        }
        if let Some(values) = self.record.values.take().and_then(Arc::into_inner) {
            self.drop_values(values, since());
        }
        // After the user's destructors, which may have used the task's context.
        self.record.close();
        self.permit.leave(move || site.count(Outcome::Completed), move || Some((Exit::Finished, Age::Since(since()))));
    }

    /// The task was the last to have them.
    #[inline(never)]
    fn drop_values(&mut self, values: Values, since: Ticks) {
        self.drop_in_place("context", since, || drop(values));
    }

    #[cold]
    pub(super) fn end<T>(&mut self, mut body: HeldBody<'_>, end: End<T>, error_of: ErrorProbe<T>) -> JoinOutput<T> {
        if self.record.carries() {
            return self.carrying(|state| state.end(body, end, error_of));
        }
        self.settle();
        let started = self.record.stage != Stage::Queued;
        let counted = self.record.is_counted() && !self.record.is_between_runs();
        let since = self.since();
        if !started {
            // While it was queued this was the time of the call, not a deadline.
            self.record.deadline = Ticks::NONE;
        }
        self.record.stage = Stage::Done;
        if let Some(cause) = end.cause() {
            let site = self.site();
            self.record.cancel(site, cause);
        }
        if !body.is_dropped() {
            self.drop_in_place("future", since, || body.as_mut().drop_body());
        }
        let error = if let End::Returned(value) = &end { error_of(value) } else { None };
        let outcome = end.outcome(error.is_some());
        if !started {
            self.site().count_unqueued();
            if outcome != Outcome::NeverStarted && self.record.is_counted() {
                self.site().count_started();
            }
        }
        let as_it_asked = self.is_dropped_as_it_asked(&end);
        let is_well = outcome == Outcome::Completed || as_it_asked || self.record.is_between_runs();
        if let (Some(extra), false) = (&self.record.extra, is_well) {
            extra.span.failed(outcome, || self.cause(&end, error.as_ref()));
        }
        if let (Some(extra), 2..) = (&self.record.extra, self.record.attempts()) {
            extra.span.retried(self.record.attempts() - 1);
        }
        if outcome != Outcome::Completed
            && !as_it_asked
            && (counted || matches!(outcome, Outcome::Panicked | Outcome::NeverStarted))
        {
            self.report(outcome, &end, error.as_ref(), started, since);
        }
        if self.record.is_essential() && !self.is_asked_to_end(&end) {
            self.permit.core().loop_record(self.site()).essential_has_ended(outcome);
            stop_request::essential_ended(self.site(), outcome);
        }
        let cancelled_by_drain = matches!(self.record.stop(), StopReason::Drain);
        // A loop, or a worker that waits for its restart, is not in the drain's report; its runs are.
        let is_reported = self.record.is_counted() && !self.record.is_between_runs();
        let exit = is_reported.then(|| end.exit(error.is_some(), as_it_asked, cancelled_by_drain));
        let facts = (outcome == Outcome::Failed).then(|| self.facts(since));
        let unseen = facts.and_then(|facts| self.hook.hears(facts));
        let unseen = unseen.map(|Facts { site, values, elapsed, .. }| Unseen {
            error_of,
            site,
            values,
            elapsed: PackedDuration::of(elapsed),
            queue_delay: self.record.queue_delay,
            attempts: self.record.attempts(),
            in_span: false,
            is_reported: self.is_run(),
        });
        let result = end.into_result(self.timeout(), self.record.overran());
        let is_worth_it = mem::needs_drop::<T>() || unseen.is_some();
        let mut output = JoinOutput { content: Some(result), unseen, tracker: self.permit.binding().tracker() };
        // The result, if nobody will take it, and all that only the task held, are dropped before the place is given back.
        if is_worth_it && self.is_handle_dropped() {
            let nothing = JoinOutput { content: None, unseen: None, tracker: self.permit.binding().tracker() };
            let mut unwanted = mem::replace(&mut output, nothing);
            if let Some(unseen) = &mut unwanted.unseen {
                unseen.in_span = true;
            }
            self.drop_in_place("result", since, || drop(unwanted));
        }
        if let Some(args) = self.hook.take() {
            self.drop_in_place("`unfinished` arguments", since, || drop(args));
        }
        if let Some(values) = self.record.values.take().and_then(Arc::into_inner) {
            self.drop_values(values, since);
        }
        self.record.close();
        let delay = self.record.queue_delay.get();
        if let Some(polled) = self.record.cold_state().map(|cold| cold.polled).filter(|polled| polled.is_set()) {
            report::took(self.site(), polled.elapsed(), delay);
        }
        let counted = (counted || outcome == Outcome::NeverStarted).then_some(outcome);
        let exit = exit.map(|exit| (exit, if started { Age::Since(since) } else { Age::Of(delay) }));
        let leave = Leave { counted, exit };
        if self.record.is_carrying() {
            self.record.cold().leaves = Some(leave);
        } else {
            self.leave(leave);
        }
        output
    }

    /// Whether it is a run of a periodic loop, which only uses its outcome.
    fn is_run(&self) -> bool {
        self.site().kind() == Kind::Periodic && self.record.is_counted()
    }

    /// Whether it is a worker without a grace that was dropped when it was cancelled, as intended.
    fn is_dropped_as_it_asked<T>(&self, end: &End<T>) -> bool {
        let site = self.site();
        let was_cancelled = matches!(end, End::Cancelled(CancelCause::Shutdown | CancelCause::OwnerDropped));
        // A thread is never dropped.
        was_cancelled && site.kind() == Kind::Worker && site.grace().is_zero() && !self.record.is_blocking()
    }

    /// Whether its handle, a drain, or the last owner's drop ended it.
    fn is_asked_to_end<T>(&self, end: &End<T>) -> bool {
        let is_open = self.permit.core().admission().phase() == Phase::Open;
        !is_open || self.record.is_cancelled() || matches!(end, End::Cancelled(_))
    }

    fn is_handle_dropped(&self) -> bool {
        let admission = self.permit.core().admission();
        match self.permit.key() {
            Some(key) => admission.is_handle_dropped(key),
            None => admission.last_signals(try_id).handle_dropped,
        }
    }

    /// Gives the place back, as the last step, so that nothing of the task is left when a drain returns.
    fn leave(&mut self, Leave { counted, exit }: Leave) {
        let site = self.site();
        if let Some(key) = self.record.cold_state().and_then(|cold| cold.listed) {
            self.permit.is_listed(key);
        }
        self.permit.leave(move || counted.into_iter().for_each(|outcome| site.count(outcome)), move || exit);
    }

    /// Runs code of the task inside its carriers.
    #[inline(never)]
    fn carrying<R>(&mut self, work: impl FnOnce(&mut Self) -> R) -> R {
        let (mut carriers, task_name) = self.carriers();
        let done = carriers.around(task_name, || work(self));
        self.put(carriers);
        done
    }

    /// Takes the carriers, to be entered, and the task's name. The caller must put the carriers back.
    pub(super) fn carriers(&mut self) -> (Carriers, TaskName) {
        (self.record.take_carriers(), Some((self.site(), self.permit.core().shown_name())))
    }

    /// Puts the carriers back.
    pub(super) fn put(&mut self, carriers: Carriers) {
        if let Some((carriers, leave)) = self.record.put_carriers(carriers) {
            drop(carriers);
            self.leave(leave);
        }
    }

    /// Runs the user's destructors. Their panics are reported, and do not change the outcome.
    fn drop_in_place(&mut self, what: &str, since: Ticks, work: impl FnOnce()) {
        if let Err(payload) = self.run(None, work) {
            let since = if TimerEntry::are(since) { self.permit.since() } else { since };
            self.report_destructor(what, since, Panic::new(payload).message());
        }
    }

    #[cold]
    pub(super) fn report_destructor(&self, what: &str, since: Ticks, message: &str) {
        report::panicked(&self.facts(since), &format_args!("while its {what} was dropped: {}", clean(message)));
    }

    #[cold]
    fn report<T>(
        &mut self,
        outcome: Outcome,
        end: &End<T>,
        error: Option<&ErrorView<'_>>,
        started: bool,
        since: Ticks,
    ) {
        if !started {
            self.record.queue_delay = PackedDuration::of(since.elapsed());
        }
        // An `Err` is reported only if nobody takes it: see `JoinOutput`. A loop does not take its runs' results.
        let is_reported_here = outcome != Outcome::Failed || self.is_run();
        match error {
            Some(error) => report::note(outcome, self.site(), error),
            None if outcome == Outcome::NeverStarted => {}
            None => {
                report::note_with(outcome, self.site(), || {
                    report::shown(&end.reason(None, self.limits(), false).why())
                });
            }
        }
        // If many tasks end at once, most are only counted.
        let allowed = if is_reported_here { report::allowed(self.site(), outcome) } else { None };
        if allowed.is_none() && !U::WANTS_REASON {
            self.permit.core().note_report(self.site());
            return;
        }
        let reason = end.reason(error, self.limits(), U::WANTS_REASON);
        let facts = self.facts(if started { since } else { Ticks::NONE });
        if let Some(suppressed) = allowed {
            let why = reason.why();
            let cause: &dyn fmt::Display = error.map_or(&why, |error| error);
            let cause = &Hinted { cause, hint: self.hint(end) };
            match self.record.span() {
                Some(span) => {
                    let facts = facts.clone().in_span(true);
                    span.quietly(|| report::send_allowed(outcome, &facts, cause, suppressed));
                }
                None => report::send_allowed(outcome, &facts, cause, suppressed),
            }
        }
        let Self { permit, record, hook, .. } = self;
        let named = (permit.site(), facts.tracker);
        let broken = in_task(permit, record, None, || hook.run(named, started, reason));
        if let Some(message) = broken.ok().flatten() {
            report::panicked(&facts, &format_args!("in its `unfinished` hook: {}", clean(message)));
        }
    }

    fn cause<T>(&self, end: &End<T>, error: Option<&ErrorView<'_>>) -> String {
        report::shown(&end.reason(error, self.limits(), false))
    }

    fn facts(&self, since: Ticks) -> Facts {
        Facts::new(self.site(), self.permit.core(), self.record.values.clone())
            .after(since.elapsed())
            .queued_for(self.record.queue_delay.get())
            .after_attempts(self.record.attempts())
    }
}
