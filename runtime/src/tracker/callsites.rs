//! How a function's spans and reports are known to a subscriber: by its name, its module, its file and its line.

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

/// What a task's span says.
pub(crate) const SPAN_FIELDS: [&str; 2] = ["tracker", "labels"];

/// What a report may say: the message first, as whoever writes it expects.
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
    "deadline",
    "called_from",
    "tasks",
    "carrier",
];

/// The name of all reports, by which they can be told from a function's own events.
const REPORT: &str = "outlive.report";

impl Callsites {
    /// Kept for good, as a subscriber may keep them.
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

    /// Makes them known, once. Not where they are made: a subscriber may call the function as it is asked.
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

    /// Of reports of this level: an error, or a warning.
    pub(crate) fn report(&'static self, level: Level) -> &'static Callsite {
        if level == Level::ERROR { &self.error } else { &self.warning }
    }
}
