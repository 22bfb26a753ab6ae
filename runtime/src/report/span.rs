//! The task's span.

use std::sync::Arc;
use std::time::Duration;

use tracing::field::{Value, display};
use tracing::{Level, Span};

use super::opentelemetry;
use crate::context::Values;
use crate::tracker::{Outcome, SpanKind, TaskSite, TrackerCore};
use crate::util::callsite::is_level_enabled;
use crate::util::quietly;

/// The task's span: of its function's name, in its function's module. A subscriber's panic, as it opens or closes, is
/// survived.
#[derive(Clone)]
pub(crate) struct TaskSpan(Span);

impl Default for TaskSpan {
    fn default() -> Self {
        Self(Span::none())
    }
}

impl Drop for TaskSpan {
    #[inline]
    fn drop(&mut self) {
        self.close();
    }
}

impl TaskSpan {
    /// Opened at the call, where the caller's span is current.
    #[inline]
    pub(crate) fn open(site: &TaskSite, tracker: &TrackerCore, values: Option<&Arc<Values>>) -> Self {
        let mut new = Self::default();
        // Nobody wants any: most programs' tests, and many programs.
        if is_level_enabled(Level::INFO) {
            quietly(|| new = Self::opened(site, tracker.shown_name(), values));
        }
        new
    }

    fn opened(site: &TaskSite, tracker: &str, values: Option<&Arc<Values>>) -> Self {
        let callsite = site.callsites().span();
        if !callsite.is_enabled() {
            return Self::default();
        }
        // Not recorded later: a subscriber that writes as it goes would write all of it anew.
        let labels = values.filter(|values| values.has_labels()).map(|values| display(Values::labels(Some(values))));
        let fields = [Some(&tracker as &dyn Value), labels.as_ref().map(|labels| labels as &dyn Value)];
        let (metadata, fields) = (callsite.metadata(), callsite.values(&fields));
        Self(match site.span_kind() {
            // A child would keep the request's span open until the task ends.
            kind @ (SpanKind::Linked | SpanKind::Apart) => {
                let (span, caller) = (Span::new_root(metadata, &fields), Span::current());
                if kind == SpanKind::Apart || !opentelemetry::adopt(&span, &caller) {
                    span.follows_from(caller);
                }
                span
            }
            SpanKind::Child => Span::new(metadata, &fields),
        })
    }

    pub(crate) fn is_wanted(&self) -> bool {
        // Not `is_none`: with tracing's `log` feature a span that nobody wants still has its metadata.
        !self.0.is_disabled()
    }

    #[inline]
    pub(crate) fn close(&mut self) {
        if self.is_wanted() {
            self.close_quietly();
        }
    }

    #[cold]
    fn close_quietly(&mut self) {
        let span = std::mem::replace(&mut self.0, Span::none());
        quietly(|| drop(span));
    }

    /// It has waited for its turn.
    #[cold]
    pub(crate) fn queued(&self, delay: Duration) {
        quietly(|| opentelemetry::queued(&self.0, delay));
    }

    /// The task has not ended well.
    #[cold]
    pub(crate) fn failed(&self, outcome: Outcome, cause: impl FnOnce() -> String) {
        if self.is_wanted() {
            quietly(|| opentelemetry::failed(&self.0, outcome, cause));
        }
    }

    /// The caller's own, for what is part of its work.
    pub(crate) fn current() -> Self {
        let span = Span::current();
        if span.is_disabled() { Self::default() } else { Self(span) }
    }

    /// Runs a report of ours inside the span. A subscriber's panic is survived.
    pub(crate) fn quietly(&self, work: impl FnOnce()) {
        quietly(|| {
            let _entered = self.enter();
            work();
        });
    }

    #[inline]
    pub(crate) fn enter(&self) -> Option<tracing::span::Entered<'_>> {
        self.is_wanted().then(|| self.0.enter())
    }
}
