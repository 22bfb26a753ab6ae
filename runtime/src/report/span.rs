//! The task's span.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tracing::field::Value;
use tracing::span::Id;
use tracing::{Level, Span, dispatcher};

use super::opentelemetry::{self, OtelContext, Within};
use crate::context::Values;
use crate::tracker::{Outcome, SpanKind, TaskSite, TrackerCore};
use crate::util::callsite::is_level_enabled;
use crate::util::quietly;

/// A task's span, with its function's name and module; and its OpenTelemetry context, also without a span. A subscriber's
/// panic, when it opens or closes, is caught.
#[derive(Clone)]
pub(crate) struct TaskSpan {
    span: Span,
    carried: OtelContext,
}

/// The span of another process that is the parent of a task's span, or none.
pub struct RemoteParent(OtelContext);

impl RemoteParent {
    /// Reads it from W3C's `traceparent` and `tracestate`. Invalid texts give none.
    #[must_use]
    pub fn read(traceparent: Option<&str>, tracestate: Option<&str>) -> Self {
        Self(traceparent.map_or(OtelContext::NOTHING, |traceparent| OtelContext::read(traceparent, tracestate)))
    }

    /// Writes the caller's span for another process, as the two texts.
    #[must_use]
    pub fn written() -> Option<(String, Option<String>)> {
        let mut written = None;
        quietly(|| written = OtelContext::written());
        written
    }
}

impl Default for TaskSpan {
    fn default() -> Self {
        Self { span: Span::none(), carried: OtelContext::NOTHING }
    }
}

impl Drop for TaskSpan {
    #[inline]
    fn drop(&mut self) {
        self.close();
    }
}

impl TaskSpan {
    /// Opens the span at the call, where the caller's span is current. `None` if nobody reads spans: this is the fast path,
    /// without a subscriber.
    #[inline]
    pub(crate) fn open<'a>(
        site: &TaskSite,
        tracker: impl FnOnce() -> &'a TrackerCore,
        values: Option<&Arc<Values>>,
    ) -> Option<Self> {
        let is_wanted = is_level_enabled(Level::INFO) || OtelContext::is_there();
        is_wanted.then(|| Self::open_here(site, tracker(), values))
    }

    fn open_here(site: &TaskSite, tracker: &TrackerCore, values: Option<&Arc<Values>>) -> Self {
        let mut new = Self::default();
        quietly(|| {
            let carried =
                if site.span_kind() == SpanKind::Apart { (OtelContext::NOTHING, None) } else { OtelContext::parent() };
            new = Self::opened(site, tracker.shown_name(), values, carried);
        });
        new
    }

    /// Opens the span with a parent in another process.
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
        (carried, caller): (OtelContext, Option<Id>),
    ) -> Self {
        let kind = site.span_kind();
        let callsite = site.callsites().span();
        if !callsite.is_enabled() {
            return Self { span: Span::none(), carried };
        }
        // The fields are set at the creation: a subscriber that writes fields at once would write all of them again at a
        // later record.
        let labels = Values::labels_text(values);
        let labels = labels.as_deref();
        let fields = [Some(&tracker as &dyn Value), labels.as_ref().map(|labels| labels as &dyn Value)];
        let (metadata, fields) = (callsite.metadata(), callsite.values(&fields));
        let span = match kind {
            // A child would keep the request's span open until the task ends.
            SpanKind::Linked | SpanKind::Apart => {
                let span = Span::new_root(metadata, &fields);
                if !carried.adopt(&span) {
                    // Only the id: a clone of the caller's `Span` would call the subscriber twice.
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
        // Not `is_none`: with tracing's `log` feature a disabled span still has its metadata.
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
        let carried = mem::replace(&mut self.carried, OtelContext::NOTHING);
        quietly(|| drop((span, carried)));
    }

    /// Records how long the task was queued.
    #[cold]
    pub(crate) fn queued(&self, delay: Duration) {
        quietly(|| opentelemetry::queued(&self.span, delay));
    }

    /// Records how often the task was retried.
    #[cold]
    pub(crate) fn retried(&self, retries: u32) {
        quietly(|| opentelemetry::retried(&self.span, retries));
    }

    /// Records how the task failed.
    #[cold]
    pub(crate) fn failed(&self, outcome: Outcome, cause: impl FnOnce() -> String) {
        if self.is_there() {
            quietly(|| opentelemetry::failed(&self.span, outcome, cause));
        }
    }

    /// The caller's own span, for work that is part of the caller's.
    pub(crate) fn current() -> Self {
        let span = Span::current();
        let span = if span.is_disabled() { Span::none() } else { span };
        Self { span, carried: OtelContext::same() }
    }

    /// Sends a report inside the span. A subscriber's panic is caught.
    pub(crate) fn quietly(&mut self, work: impl FnOnce()) {
        quietly(|| {
            let _entered = self.enter();
            work();
        });
    }

    /// Enters the span, if there is one. What it gives is not an `Option` of what `enter` gives: that would be one more thing
    /// to check when it is left.
    #[inline]
    pub(crate) fn enter_if(span: Option<&mut Self>) -> Within<'_> {
        match span {
            Some(span) => span.enter(),
            None => opentelemetry::not_entered(),
        }
    }

    #[inline]
    pub(crate) fn enter(&mut self) -> Within<'_> {
        self.carried.enter(&self.span)
    }
}
