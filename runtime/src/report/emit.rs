//! Sends a report as an event of its function, with the function's module, file and line, so that a filter for the
//! function's events also shows its reports.

use std::sync::Arc;

use tracing::field::Value;
use tracing::{Event, Level, Metadata, Span, dispatcher};

use crate::context::Values;
use crate::tracker::{REPORT_FIELDS, TaskSite};
use crate::util::callsite::is_level_enabled;

/// The call that a report is about.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) site: &'a TaskSite,
    pub(super) tracker: &'a str,
    pub(super) values: Option<&'a Arc<Values>>,
    /// The report is sent inside the call's span. If every subscriber sees the span, the report need not repeat its fields.
    pub(super) in_span: bool,
}

/// The fields of a report.
#[derive(Clone, Copy, Default)]
pub(super) struct Fields<'a> {
    pub(super) tracker_place: Option<&'a dyn Value>,
    pub(super) cause: Option<&'a dyn Value>,
    pub(super) elapsed: Option<&'a dyn Value>,
    pub(super) queue_delay: Option<&'a dyn Value>,
    pub(super) restart_in: Option<&'a dyn Value>,
    pub(super) attempts: Option<&'a dyn Value>,
    pub(super) suppressed: u64,
    pub(super) argument: Option<&'a dyn Value>,
    pub(super) remaining: Option<&'a dyn Value>,
    pub(super) may_take: Option<&'a dyn Value>,
    pub(super) called_from: Option<&'a dyn Value>,
    pub(super) tasks: Option<&'a dyn Value>,
    pub(super) carrier: Option<&'a dyn Value>,
}

pub(super) fn emit(level: Level, message: &str, subject: Subject<'_>, fields: Fields<'_>) {
    let Subject { site, tracker, values, in_span } = subject;
    let labels = Values::labels_text(values);
    let labels = labels.as_deref();
    let labels = labels.as_ref().map(|labels| labels as &dyn Value);
    let suppressed = if fields.suppressed > 0 { Some(&fields.suppressed as &dyn Value) } else { None };
    let Fields {
        tracker_place,
        cause,
        elapsed,
        queue_delay,
        restart_in,
        attempts,
        argument,
        remaining,
        may_take,
        called_from,
        tasks,
        carrier,
        ..
    } = fields;
    if !dispatcher::has_been_set() {
        // With tracing's feature `log`, only its macros write to the `log` crate.
        macro_rules! event {
            ($level:ident) => {
                tracing::event!(
                    target: "outlive",
                    Level::$level,
                    task = site.name(),
                    tracker,
                    tracker_place,
                    file = site.file(),
                    line = site.line(),
                    labels,
                    cause,
                    elapsed,
                    queue_delay,
                    restart_in,
                    attempts,
                    suppressed,
                    argument,
                    remaining,
                    may_take,
                    called_from,
                    tasks,
                    carrier,
                    "{message}",
                )
            };
        }
        if level == Level::ERROR {
            event!(ERROR);
        } else {
            event!(WARN);
        }
        return;
    }
    if !is_level_enabled(level) {
        return;
    }
    let callsite = site.callsites().report(level);
    if !callsite.is_enabled() {
        return;
    }
    let span = site.callsites().span();
    // Some layers of a subscriber may not see the span, such as a layer for a pager that takes only reports.
    let is_named = in_span && span.is_always_enabled() && is_current(span.metadata());
    let name = site.name();
    let named = |value| if is_named { None } else { value };
    let values: [_; REPORT_FIELDS.len()] = [
        Some(&message as &dyn Value),
        named(Some(&name as &dyn Value)),
        named(Some(&tracker as &dyn Value)),
        tracker_place,
        named(labels),
        cause,
        elapsed,
        queue_delay,
        restart_in,
        attempts,
        suppressed,
        argument,
        remaining,
        may_take,
        called_from,
        tasks,
        carrier,
    ];
    Event::dispatch(callsite.metadata(), &callsite.values(&values));
}

fn is_current(metadata: &Metadata<'_>) -> bool {
    Span::current().metadata().is_some_and(|current| current.callsite() == metadata.callsite())
}
