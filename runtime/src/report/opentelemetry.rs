//! OpenTelemetry: a task's span is in the trace of its caller, and says how the task ended.

use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::{SpanContext, Status, TraceContextExt};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::tracker::Outcome;

/// Makes the span a child of its caller's, as one that comes from another process: so the caller's ends, and is exported,
/// when the caller does. Whether there is a trace, or baggage, that it has become part of.
pub(super) fn adopt(span: &Span, caller: &Span) -> bool {
    let (current, spans) = (Context::current(), caller.context());
    // What is attached by hand is no span of tracing's.
    let parent = if spans.has_active_span() { &spans } else { &current };
    let parent = parent.span().span_context().clone();
    let rest = if current.baggage().is_empty() { &spans } else { &current };
    if !parent.is_valid() && rest.baggage().is_empty() {
        return false;
    }
    let state = parent.trace_state().clone();
    let remote = SpanContext::new(parent.trace_id(), parent.span_id(), parent.trace_flags(), true, state);
    span.set_parent(rest.with_remote_span_context(remote)).is_ok()
}

/// How the task ended, where that is not well.
pub(super) fn failed(span: &Span, outcome: Outcome, cause: impl FnOnce() -> String) {
    span.set_status(Status::error(cause()));
    span.set_attribute("error.type", outcome.as_str());
}

/// How long it waited for its turn.
pub(super) fn queued(span: &Span, delay: Duration) {
    span.set_attribute("outlive.queue.duration", delay.as_secs_f64());
}
