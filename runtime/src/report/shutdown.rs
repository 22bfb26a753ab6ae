//! The events of a shutdown: it begins, it has ended, one of its last steps has failed.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

#[cfg(feature = "tracing")]
use tracing::field::{Value, debug, display};
#[cfg(feature = "tracing")]
use tracing::{Event, Level, dispatcher};

#[cfg(feature = "tracing")]
use super::event::shown;
#[cfg(feature = "tracing")]
use super::shutdown_callsite as callsite;
#[cfg(feature = "tracing")]
use crate::util::callsite::is_level_enabled;
#[cfg(feature = "tracing")]
use crate::util::{Rounded, quietly};

/// The tasks, requests and steps of a shutdown, counted.
#[derive(Clone, Copy, Default)]
#[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "only an event has them"))]
pub(crate) struct ShutdownTotals {
    pub(crate) ended: usize,
    pub(crate) failed: usize,
    pub(crate) timed_out: usize,
    pub(crate) panicked: usize,
    pub(crate) dropped: usize,
    pub(crate) cancelled: usize,
    pub(crate) aborted: usize,
    pub(crate) never_started: usize,
    pub(crate) stuck: usize,
    pub(crate) running: usize,
    pub(crate) refused: usize,
    pub(crate) open_requests: usize,
    pub(crate) unclean_servers: usize,
    pub(crate) failures: usize,
}

/// A shutdown begins. `place` is where the program makes it, and `budget` is the longest time that it may take, with
/// its parts; for `still_serving` of it, its servers serve on while the process is not ready.
#[cfg(feature = "tracing")]
pub(crate) fn shutdown_begins(
    place: &'static Location<'static>,
    cause: &dyn fmt::Display,
    budget: &dyn fmt::Display,
    still_serving: Option<Duration>,
) {
    const FIELDS: [&str; 4] = ["message", "cause", "budget", "still_serving"];
    #[cfg(feature = "signal")]
    const MESSAGE: &str = "shutdown begins: a second signal ends it at once";
    #[cfg(not(feature = "signal"))]
    const MESSAGE: &str = "shutdown begins";

    quietly(|| {
        let (cause, budget, still_serving) = (shown(cause), display(budget), still_serving.map(debug));
        if !dispatcher::has_been_set() {
            // With tracing's feature `log`, only its macros write to the `log` crate.
            tracing::info!(target: "outlive", cause, budget, still_serving, "{MESSAGE}");
            return;
        }
        let still_serving = still_serving.as_ref().map(|time| time as &dyn Value);
        let values = [Some(&MESSAGE as &dyn Value), Some(&cause), Some(&budget), still_serving];
        send(place, Level::INFO, &FIELDS, &values);
    });
}

/// A shutdown has ended, but for its last steps, which flush this event.
#[cfg(feature = "tracing")]
pub(crate) fn shutdown_ended(place: &'static Location<'static>, code: u8, took: Duration, totals: &ShutdownTotals) {
    const MESSAGE: &str = "shutdown ended";

    macro_rules! event {
        ($($counter:ident),*) => {{
            const FIELDS: &[&str] = &["message", "code", "took", "ended", $(stringify!($counter)),*];
            let ShutdownTotals { ended, $($counter),* } = *totals;
            // What did not happen is left out, so that a person sees what did.
            $(let $counter = (0 < $counter).then_some($counter);)*
            let took = display(Rounded(took));
            if !dispatcher::has_been_set() {
                if code == 0 {
                    tracing::info!(target: "outlive", code, took, ended, $($counter,)* "{MESSAGE}");
                } else {
                    tracing::warn!(target: "outlive", code, took, ended, $($counter,)* "{MESSAGE}");
                }
                return;
            }
            let level = if code == 0 { Level::INFO } else { Level::WARN };
            let values = [
                Some(&MESSAGE as &dyn Value), Some(&code), Some(&took), Some(&ended),
                $($counter.as_ref().map(|count| count as &dyn Value)),*
            ];
            send(place, level, FIELDS, &values);
        }};
    }
    quietly(|| {
        event!(
            failed,
            timed_out,
            panicked,
            dropped,
            cancelled,
            aborted,
            never_started,
            stuck,
            running,
            refused,
            open_requests,
            unclean_servers,
            failures
        );
    });
}

/// A last step of a shutdown has failed, after it had ended.
#[cfg(feature = "tracing")]
pub(crate) fn last_step_failed(place: &'static Location<'static>, step: &str, failure: &str, code: u8) {
    const FIELDS: [&str; 4] = ["message", "step", "cause", "code"];
    const MESSAGE: &str = "a last step of the shutdown failed";

    quietly(|| {
        let (step, cause) = (shown(&step), shown(&failure));
        if !dispatcher::has_been_set() {
            tracing::warn!(target: "outlive", step, cause, code, "{MESSAGE}");
            return;
        }
        let values = [Some(&MESSAGE as &dyn Value), Some(&step), Some(&cause), Some(&code)];
        send(place, Level::WARN, &FIELDS, &values);
    });
}

#[cfg(feature = "tracing")]
fn send(
    place: &'static Location<'static>,
    level: Level,
    fields: &'static [&'static str],
    values: &[Option<&dyn Value>],
) {
    if !is_level_enabled(level) {
        return;
    }
    let callsite = callsite::of(place, level, fields);
    if callsite.is_enabled() {
        Event::dispatch(callsite.metadata(), &callsite.values(values));
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn shutdown_begins(
    _: &'static Location<'static>,
    _: &dyn fmt::Display,
    _: &dyn fmt::Display,
    _: Option<Duration>,
) {
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn shutdown_ended(_: &'static Location<'static>, _: u8, _: Duration, _: &ShutdownTotals) {}

#[cfg(not(feature = "tracing"))]
pub(crate) fn last_step_failed(_: &'static Location<'static>, _: &str, _: &str, _: u8) {}
