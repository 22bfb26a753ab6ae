//! Sends failures as events.

use std::fmt;
#[cfg(feature = "tracing")]
use std::time::Duration;

use tokio::time::Instant;
#[cfg(feature = "tracing")]
use tracing::{Level, field::debug};

use super::Facts;
#[cfg(feature = "tracing")]
use super::emit::{Fields, Subject, emit};
#[cfg(feature = "tracing")]
use crate::tracker::is_ambiguous;
use crate::tracker::{Outcome, TaskSite};
use crate::util::quietly;
use crate::util::text::{self, CAUSE};

/// Sends the event, if the site's limit allows it. A panic of the `Display` or the subscriber is caught.
pub(crate) fn send(outcome: Outcome, facts: &Facts, cause: &dyn fmt::Display) {
    if let Some(suppressed) = allowed(facts.site, outcome) {
        send_allowed(outcome, facts, cause, suppressed);
    }
}

/// Reports a panic that is no outcome of a call: in a destructor, in a hook, or too late.
pub(crate) fn panicked(facts: &Facts, cause: &dyn fmt::Display) {
    note(Outcome::Panicked, facts.site, cause);
    send(Outcome::Panicked, facts, cause);
}

/// Keeps a failure as the last one of its site. A panic of the `Display` is caught.
pub(crate) fn note(outcome: Outcome, site: &TaskSite, cause: &dyn fmt::Display) {
    note_with(outcome, site, || shown(cause));
}

/// The same, with a cause that is built only if it is kept.
pub(crate) fn note_with(outcome: Outcome, site: &TaskSite, cause: impl FnOnce() -> String) {
    // On a thread that ends, tokio's clock may be gone.
    quietly(|| site.note_failure(outcome, Instant::now(), cause));
}

/// Whether an event may be sent, and how many were suppressed since the last. The caller must send it then.
pub(crate) fn allowed(site: &TaskSite, outcome: Outcome) -> Option<u64> {
    let mut allowed = None;
    // On a thread that ends, tokio's clock may be gone.
    quietly(|| allowed = site.report_limits().of(outcome).allow(Instant::now()));
    allowed
}

pub(crate) fn send_allowed(outcome: Outcome, facts: &Facts, cause: &dyn fmt::Display, suppressed: u64) {
    quietly(|| event(outcome, facts, &shown(cause), suppressed));
}

/// Prints the user's `Display`. If it panics, the report is sent all the same.
pub(crate) fn shown(cause: &dyn fmt::Display) -> String {
    text::shown(cause, CAUSE)
}

#[cfg(feature = "tracing")]
fn event(outcome: Outcome, facts: &Facts, cause: &str, suppressed: u64) {
    let level = match outcome {
        Outcome::Panicked | Outcome::Lost => Level::ERROR,
        _ => Level::WARN,
    };
    let &Facts { site, tracker, made_as: (name, place), ref values, elapsed, queue_delay, in_span, .. } = facts;
    let subject = Subject { site, tracker, values: values.as_ref(), in_span };
    // A zero was not measured, and must not look like a measurement.
    let measured = |duration: Duration| (!duration.is_zero()).then(|| debug(duration));
    let (elapsed, queue_delay, restart_in) = (measured(elapsed), measured(queue_delay), facts.restart_in.map(debug));
    let elapsed = elapsed.as_ref().map(|elapsed| elapsed as _);
    let queue_delay = queue_delay.as_ref().map(|queue_delay| queue_delay as _);
    let restart_in = restart_in.as_ref().map(|restart_in| restart_in as _);
    let tracker_place = is_ambiguous(name).then(|| format!("{}:{}", place.file(), place.line()));
    let tracker_place = tracker_place.as_ref().map(|place| place as _);
    let attempts = if facts.attempts > 0 { Some(&facts.attempts as _) } else { None };
    let cause = Some(&cause as _);
    let fields =
        Fields { tracker_place, cause, elapsed, queue_delay, restart_in, attempts, suppressed, ..Fields::default() };
    emit(level, outcome.phrase(site.kind()), subject, fields);
}

#[cfg(not(feature = "tracing"))]
fn event(outcome: Outcome, facts: &Facts, cause: &str, suppressed: u64) {
    let _ = (
        outcome.phrase(facts.site.kind()),
        facts.values.as_ref(),
        (facts.tracker, facts.made_as),
        facts.elapsed,
        (facts.queue_delay, facts.restart_in, facts.attempts, facts.in_span),
        cause,
        suppressed,
    );
}
