//! Failures become events.

use std::fmt;

use tokio::time::Instant;

use super::Facts;
#[cfg(feature = "tracing")]
use crate::context::Values;
use crate::tracker::{Outcome, TaskSite};
use crate::util::quietly;
use crate::util::text::{self, CAUSE};

/// Sends the event, if the site's allowance lets it. Survives a `Display`, or a subscriber, that panics.
pub(crate) fn send(outcome: Outcome, facts: &Facts, cause: &dyn fmt::Display) {
    if let Some(suppressed) = allowed(facts.site, outcome) {
        send_allowed(outcome, facts, cause, suppressed);
    }
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
fn shown(cause: &dyn fmt::Display) -> String {
    text::shown(cause, CAUSE)
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
                cause, // a string: `fmt` puts it in quotes, and nothing in it reads as another field
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
