//! The task's span.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tracing::field::{Value, display};
use tracing::span::Id;
use tracing::{Level, Span, dispatcher};

use super::opentelemetry::{self, Carried, Within};
use crate::context::Values;
use crate::tracker::{Outcome, SpanKind, TaskSite, TrackerCore};
use crate::util::callsite::is_level_enabled;
use crate::util::quietly;

/// The task's span: of its function's name, in its function's module. And what of OpenTelemetry goes along, also without a
/// span. A subscriber's panic, as it opens or closes, is survived.
#[derive(Clone)]
pub(crate) struct TaskSpan {
    span: Span,
    carried: Carried,
}

/// The span of another process that a task is below of, or that there is none.
pub struct RemoteParent(Carried);

impl RemoteParent {
    /// By its `traceparent` and `tracestate`, as W3C has them. One that cannot be read is none.
    #[must_use]
    pub fn read(traceparent: Option<&str>, tracestate: Option<&str>) -> Self {
        Self(traceparent.map_or(Carried::NOTHING, |traceparent| Carried::read(traceparent, tracestate)))
    }

    /// The caller's, for another process: the two texts.
    #[must_use]
    pub fn written() -> Option<(String, Option<String>)> {
        let mut written = None;
        quietly(|| written = Carried::written());
        written
    }
}

impl Default for TaskSpan {
    fn default() -> Self {
        Self { span: Span::none(), carried: Carried::NOTHING }
    }
}

impl Drop for TaskSpan {
    #[inline]
    fn drop(&mut self) {
        self.close();
    }
}

impl TaskSpan {
    /// Opened at the call, where the caller's span is current. `None` where nobody wants any: most programs' tests, and many
    /// programs.
    #[inline]
    pub(crate) fn open<'a>(
        site: &TaskSite,
        tracker: impl FnOnce() -> &'a TrackerCore,
        values: Option<&Arc<Values>>,
    ) -> Option<Self> {
        let is_wanted = is_level_enabled(Level::INFO) || Carried::is_there();
        is_wanted.then(|| Self::open_here(site, tracker(), values))
    }

    fn open_here(site: &TaskSite, tracker: &TrackerCore, values: Option<&Arc<Values>>) -> Self {
        let mut new = Self::default();
        quietly(|| {
            let carried =
                if site.span_kind() == SpanKind::Apart { (Carried::NOTHING, None) } else { Carried::parent() };
            new = Self::opened(site, tracker.shown_name(), values, carried);
        });
        new
    }

    /// Below a span of another process, and of none here.
    pub(crate) fn open_below(
        parent: RemoteParent,
        site: &TaskSite,
        tracker: &TrackerCore,
        values: Option<&Arc<Values>>,
    ) -> Self {
        let mut new = Self::default();
        quietly(|| new = Self::opened(site, tracker.shown_name(), values, (parent.0, None)));
        new
    }

    fn opened(
        site: &TaskSite,
        tracker: &str,
        values: Option<&Arc<Values>>,
        (carried, caller): (Carried, Option<Id>),
    ) -> Self {
        let kind = site.span_kind();
        let callsite = site.callsites().span();
        if !callsite.is_enabled() {
            return Self { span: Span::none(), carried };
        }
        // Not recorded later: a subscriber that writes as it goes would write all of it anew.
        let labels = values.filter(|values| values.has_labels()).map(|values| display(Values::labels(Some(values))));
        let fields = [Some(&tracker as &dyn Value), labels.as_ref().map(|labels| labels as &dyn Value)];
        let (metadata, fields) = (callsite.metadata(), callsite.values(&fields));
        let span = match kind {
            // A child would keep the request's span open until the task ends.
            SpanKind::Linked | SpanKind::Apart => {
                let span = Span::new_root(metadata, &fields);
                if !carried.adopt(&span) {
                    // The id alone: a `Span` of the caller's would be counted, and closed again.
                    let id = || dispatcher::get_default(|subscriber| subscriber.current_span().id().cloned());
                    span.follows_from(caller.or_else(id));
                }
                span
            }
            SpanKind::Child => Span::new(metadata, &fields),
        };
        Self { span, carried }
    }

    fn is_there(&self) -> bool {
        // Not `is_none`: with tracing's `log` feature a span that nobody wants still has its metadata.
        !self.span.is_disabled()
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.is_there() || !self.carried.is_nothing()
    }

    #[inline]
    pub(crate) fn close(&mut self) {
        if self.is_wanted() {
            self.close_quietly();
        }
    }

    #[cold]
    fn close_quietly(&mut self) {
        let span = mem::replace(&mut self.span, Span::none());
        let carried = mem::replace(&mut self.carried, Carried::NOTHING);
        quietly(|| drop((span, carried)));
    }

    /// It has waited for its turn.
    #[cold]
    pub(crate) fn queued(&self, delay: Duration) {
        quietly(|| opentelemetry::queued(&self.span, delay));
    }

    /// It has been tried again.
    #[cold]
    pub(crate) fn retried(&self, retries: u32) {
        quietly(|| opentelemetry::retried(&self.span, retries));
    }

    /// The task has not ended well.
    #[cold]
    pub(crate) fn failed(&self, outcome: Outcome, cause: impl FnOnce() -> String) {
        if self.is_there() {
            quietly(|| opentelemetry::failed(&self.span, outcome, cause));
        }
    }

    /// The caller's own, for what is part of its work.
    pub(crate) fn current() -> Self {
        let span = Span::current();
        let span = if span.is_disabled() { Span::none() } else { span };
        Self { span, carried: Carried::same() }
    }

    /// Runs a report of ours inside the span. A subscriber's panic is survived.
    pub(crate) fn quietly(&mut self, work: impl FnOnce()) {
        quietly(|| {
            let _entered = self.enter();
            work();
        });
    }

    #[inline]
    pub(crate) fn enter(&mut self) -> Within<'_> {
        self.carried.enter(&self.span)
    }
}
