//! The data about a call in each of its reports.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::context::Values;
use crate::tracker::{TaskSite, TrackerCore};

/// The data about a call in each of its reports.
#[derive(Clone)]
pub struct Facts {
    pub(crate) site: &'static TaskSite,
    pub(crate) tracker: &'static str,
    /// The tracker's unescaped name, and the place where it was made.
    pub(crate) made_as: (&'static str, &'static Location<'static>),
    pub(crate) values: Option<Arc<Values>>,
    /// The time since its first await. Zero if it had none, or has not run.
    pub(crate) elapsed: Duration,
    pub(crate) queue_delay: Duration,
    /// How long a failed worker waits for its restart.
    pub(crate) restart_in: Option<Duration>,
    /// The number of attempts, if its function has a retry.
    pub(crate) attempts: u32,
    /// Whether the report is sent inside the call's own span.
    pub(crate) in_span: bool,
}

impl Facts {
    /// The data about a call that has not run.
    pub(crate) fn new(site: &'static TaskSite, tracker: &TrackerCore, values: Option<Arc<Values>>) -> Self {
        tracker.note_report(site);
        let (tracker, made_as) = (tracker.shown_name(), (tracker.name(), tracker.place()));
        let (elapsed, queue_delay, restart_in) = (Duration::ZERO, Duration::ZERO, None);
        let (attempts, in_span) = (0, false);
        Self { site, tracker, made_as, values, elapsed, queue_delay, restart_in, attempts, in_span }
    }

    pub(crate) fn after(self, elapsed: Duration) -> Self {
        Self { elapsed, ..self }
    }

    pub(crate) fn queued_for(self, queue_delay: Duration) -> Self {
        Self { queue_delay, ..self }
    }

    pub(crate) fn restarts_in(self, restart_in: Option<Duration>) -> Self {
        Self { restart_in, ..self }
    }

    pub(crate) fn after_attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    pub(crate) fn in_span(self, in_span: bool) -> Self {
        Self { in_span, ..self }
    }
}
