//! Failures become events.

use std::fmt::{self, Write};

use tokio::time::Instant;

use super::Facts;
#[cfg(feature = "tracing")]
use crate::context::Values;
use crate::tracker::{Outcome, TaskSite};
use crate::util::quietly;

/// Sends the event, if the site's allowance lets it. Survives a `Display`, or a subscriber, that panics.
pub(crate) fn send(outcome: Outcome, facts: &Facts, cause: &dyn fmt::Display) {
    if let Some(suppressed) = allowed(facts.site, outcome) {
        send_allowed(outcome, facts, cause, suppressed);
    }
}

/// A panic that is no outcome of a call: in a destructor, in a hook, too late.
pub(crate) fn panicked(facts: &Facts, cause: &dyn fmt::Display) {
    note(Outcome::Panicked, facts.site, cause);
    send(Outcome::Panicked, facts, cause);
}

/// Keeps a failure for whoever asks for the last one. Survives a `Display` that panics.
pub(crate) fn note(outcome: Outcome, site: &TaskSite, cause: &dyn fmt::Display) {
    note_with(outcome, site, |text| show(cause, text));
}

/// The same, where the cause is to be put together first.
pub(crate) fn note_with(outcome: Outcome, site: &TaskSite, cause: impl FnOnce(&mut String)) {
    // On a thread that ends, tokio's clock may be gone.
    quietly(|| site.note_failure(outcome, Instant::now(), cause));
}

/// Whether an event would be sent, and how many were not since the last. It has to be sent then.
pub(crate) fn allowed(site: &TaskSite, outcome: Outcome) -> Option<u64> {
    let mut allowed = None;
    // On a thread that ends, tokio's clock may be gone.
    quietly(|| allowed = site.report_limits().of(outcome).allow(Instant::now()));
    allowed
}

pub(crate) fn send_allowed(outcome: Outcome, facts: &Facts, cause: &dyn fmt::Display, suppressed: u64) {
    quietly(|| event(outcome, facts, &shown(cause), suppressed));
}

/// The user's `Display`, which may panic: the report is sent all the same.
pub(crate) fn shown(cause: &dyn fmt::Display) -> String {
    let mut text = String::new();
    show(cause, &mut text);
    text
}

/// The same, into memory that is there.
pub(crate) fn show(cause: &dyn fmt::Display, text: &mut String) {
    let broken = quietly(|| write!(text, "{cause}").expect("a `Display` implementation gave an error of its own"));
    if let Some(message) = broken {
        *text = format!("cannot be shown: its formatting panicked: {message}");
    }
}

#[cfg(feature = "tracing")]
fn event(outcome: Outcome, facts: &Facts, cause: &str, suppressed: u64) {
    macro_rules! event {
        ($level:ident) => {
            tracing::event!(
                target: "outlive",
                tracing::Level::$level,
                task = facts.site.name(),
                tracker = facts.tracker,
                file = facts.site.file(),
                line = facts.site.line(),
                labels = %Values::labels(facts.values.as_ref()),
                cause = %cause,
                elapsed = ?facts.elapsed,
                queue_delay = ?facts.queue_delay,
                suppressed,
                "{}",
                outcome.phrase(),
            )
        };
    }
    match outcome {
        Outcome::Panicked | Outcome::Lost => event!(ERROR),
        _ => event!(WARN),
    }
}

#[cfg(not(feature = "tracing"))]
fn event(outcome: Outcome, facts: &Facts, cause: &str, suppressed: u64) {
    let _ =
        (outcome.phrase(), facts.values.as_ref(), facts.tracker, facts.elapsed, facts.queue_delay, cause, suppressed);
}
