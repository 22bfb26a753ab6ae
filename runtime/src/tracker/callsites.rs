//! The tracing callsites of a function's spans and reports, with the function's name, module, file and line.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tracing::Level;
use tracing::metadata::Kind;

use super::Spec;
use crate::util::callsite::{Callsite, CallsiteSpec};

#[derive(Default)]
pub(crate) struct Callsites {
    span: Callsite,
    warning: Callsite,
    error: Callsite,
    are_known: AtomicBool,
}

/// The fields of a task's span.
pub(crate) const SPAN_FIELDS: [&str; 2] = ["tracker", "labels"];

/// The fields of a report. The message comes first, as formatters expect.
pub(crate) const REPORT_FIELDS: [&str; 17] = [
    "message",
    "task",
    "tracker",
    "tracker_place",
    "labels",
    "cause",
    "elapsed",
    "queue_delay",
    "restart_in",
    "attempts",
    "suppressed",
    "argument",
    "remaining",
    "may_take",
    "called_from",
    "tasks",
    "carrier",
];

/// The name of all reports, which distinguishes them from a function's own events.
const REPORT: &str = "outlive.report";

impl Callsites {
    /// Makes callsites that live for ever, because a subscriber may keep references to them.
    pub(super) fn new(spec: &Spec) -> &'static Self {
        let callsites: &'static Self = Box::leak(Box::default());
        let &Spec { name, module: target, file, line, .. } = spec;
        let span =
            CallsiteSpec { name, target, level: Level::INFO, file, line, fields: &SPAN_FIELDS, kind: Kind::SPAN };
        callsites.span.describe(&span);
        for (callsite, level) in [(&callsites.warning, Level::WARN), (&callsites.error, Level::ERROR)] {
            let fields = &REPORT_FIELDS;
            callsite.describe(&CallsiteSpec { name: REPORT, target, level, file, line, fields, kind: Kind::EVENT });
        }
        callsites
    }

    /// Registers them, once. Not in `new`, because a subscriber may call the function during the registration.
    #[inline]
    pub(super) fn known(&'static self) -> &'static Self {
        if !self.are_known.load(Relaxed) && !self.are_known.swap(true, Relaxed) {
            for callsite in [&self.span, &self.warning, &self.error] {
                callsite.register();
            }
        }
        self
    }

    pub(crate) fn span(&'static self) -> &'static Callsite {
        &self.span
    }

    /// The callsite of reports of this level: an error or a warning.
    pub(crate) fn report(&'static self, level: Level) -> &'static Callsite {
        if level == Level::ERROR { &self.error } else { &self.warning }
    }
}
