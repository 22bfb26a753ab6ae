//! OpenTelemetry: a task is in its caller's trace, has its baggage, and its span records how it ended.

use std::time::Duration;

use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::{SpanContext, SpanId, Status, TraceContextExt, TraceFlags, TraceId, TraceState};
use opentelemetry::{Context, ContextGuard};
use tracing::Span;
use tracing::span::{Entered, Id};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::tracker::Outcome;

/// The OpenTelemetry context that a task gets from its caller.
#[derive(Clone)]
pub(super) enum OtelContext {
    Nothing,
    /// The parent of its span. It is attached around the task's code if no layer attaches the span's own context.
    Parent(Context),
    /// The caller's own context, attached around the code.
    Same(Context),
}

/// The guards, in the order in which they are dropped.
pub(super) type Within<'a> = (Option<ContextGuard>, Option<Entered<'a>>);

#[inline]
pub(super) fn not_entered() -> Within<'static> {
    (None, None)
}

impl OtelContext {
    pub(super) const NOTHING: Self = Self::Nothing;

    /// Whether the running code has an OpenTelemetry context besides tracing's span.
    #[inline]
    pub(super) fn is_there() -> bool {
        Context::map_current(is_worth_it)
    }

    /// The caller's trace and baggage, and the id of the caller's span, if it was looked up. The caller's span is in it as a
    /// remote span, so that it ends, and is exported, when the caller ends.
    pub(super) fn parent() -> (Self, Option<Id>) {
        let is_own = |span: &SpanContext| span.is_valid() && !span.is_remote();
        // If a layer attaches its contexts, the current one is the caller's.
        let entered = Context::map_current(|current| Some(current.span().span_context().clone()).filter(is_own));
        if let Some(span) = entered {
            return (Self::below(&span, Context::current()), None);
        }
        // Otherwise it may be a client's context, attached around the whole request.
        let caller = Span::current();
        let (spans, id) = (caller.context(), caller.id());
        if !Self::is_there() && !is_worth_it(&spans) {
            return (Self::Nothing, id);
        }
        let current = Context::current();
        let of_span = Some(spans.span().span_context().clone()).filter(SpanContext::is_valid);
        let span = of_span.unwrap_or_else(|| current.span().span_context().clone());
        let rest = if current.baggage().is_empty() && !current.is_telemetry_suppressed() { spans } else { current };
        (Self::below(&span, rest), id)
    }

    /// The caller's trace in W3C format: a `traceparent`, and a `tracestate` if there is one.
    pub(super) fn written() -> Option<(String, Option<String>)> {
        let Self::Parent(context) = Self::parent().0 else { return None };
        let span = context.span().span_context().clone();
        if !span.is_valid() {
            return None;
        }
        let flags = span.trace_flags() & TraceFlags::SAMPLED;
        let traceparent = format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id());
        Some((traceparent, Some(span.trace_state().header()).filter(|state| !state.is_empty())))
    }

    /// A context whose parent is the span in these W3C texts. Nothing if they name no span.
    pub(super) fn read(traceparent: &str, tracestate: Option<&str>) -> Self {
        let Some((trace, span, flags)) = parts(traceparent) else { return Self::Nothing };
        let state = tracestate.and_then(|state| state.parse::<TraceState>().ok()).unwrap_or_default();
        Self::below(&SpanContext::new(trace, span, flags, true, state), Context::new())
    }

    /// A context whose parent is that span, with the rest.
    fn below(span: &SpanContext, rest: Context) -> Self {
        if span.is_valid() {
            let (id, flags, state) = (span.span_id(), span.trace_flags(), span.trace_state().clone());
            let remote = SpanContext::new(span.trace_id(), id, flags, true, state);
            Self::Parent(rest.with_remote_span_context(remote))
        } else if is_worth_it(&rest) {
            // Not an invalid span, which a sampler would treat as an unsampled parent.
            Self::Parent(rest)
        } else {
            Self::Nothing
        }
    }

    /// The caller's own context, for work that is part of the caller's.
    pub(super) fn same() -> Self {
        if Self::is_there() { Self::Same(Context::current()) } else { Self::Nothing }
    }

    #[inline]
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// Makes it the parent of the task's span, which was not entered yet. Returns whether the span is now in the caller's
    /// trace.
    pub(super) fn adopt(&self, span: &Span) -> bool {
        let Self::Parent(context) = self else { return false };
        span.set_parent(context.clone()).is_ok() && context.span().span_context().is_valid()
    }

    /// Enters the span, with this context attached.
    #[inline]
    pub(super) fn enter<'a>(&mut self, span: &'a Span) -> Within<'a> {
        let enter = || (!span.is_disabled()).then(|| span.enter());
        match self {
            Self::Nothing => (None, enter()),
            _ => self.enter_within(enter),
        }
    }

    fn enter_within<'a>(&mut self, enter: impl FnOnce() -> Option<Entered<'a>>) -> Within<'a> {
        let before = active();
        let entered = enter();
        if matches!(self, Self::Parent(_)) && active() != before {
            // A layer attached the span's own context, which has this one's baggage. It will do so each time.
            *self = Self::Nothing;
        }
        let guard = match self {
            Self::Nothing => None,
            Self::Parent(context) | Self::Same(context) => Some(context.clone().attach()),
        };
        (guard, entered)
    }
}

/// The parts of a `traceparent`. A newer version may have more parts at the end.
fn parts(traceparent: &str) -> Option<(TraceId, SpanId, TraceFlags)> {
    let mut parts = traceparent.split('-');
    let mut next = |length| {
        let is_hex =
            |part: &&str| part.len() == length && !part.contains(|char: char| !matches!(char, '0'..='9' | 'a'..='f'));
        parts.next().filter(is_hex)
    };
    let (version, trace, span, flags) = (next(2)?, next(32)?, next(16)?, next(2)?);
    if version == "ff" || version == "00" && parts.next().is_some() {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    Some((TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?, flags))
}

fn is_worth_it(context: &Context) -> bool {
    context.has_active_span() || context.is_telemetry_suppressed() || !context.baggage().is_empty()
}

fn active() -> SpanId {
    Context::map_current(|context| context.span().span_context().span_id())
}

/// Records how a failed task ended.
pub(super) fn failed(span: &Span, outcome: Outcome, cause: impl FnOnce() -> String) {
    span.set_status(Status::error(cause()));
    span.set_attribute("error.type", outcome.as_str());
}

/// Records how often it was retried.
pub(super) fn retried(span: &Span, retries: u32) {
    span.set_attribute("outlive.retry.count", i64::from(retries));
}

/// Records how long it was queued.
pub(super) fn queued(span: &Span, delay: Duration) {
    span.set_attribute("outlive.queue.duration", delay.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::{OtelContext, parts};

    const KNOWN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn what_w3c_says_is_read_and_nothing_else() {
        assert!(parts(KNOWN).is_some_and(|(.., flags)| flags.is_sampled()));
        let later = format!("cc{}-more", &KNOWN[2..]);
        assert!(parts(&later).is_some(), "of a later version, what is known of it");
        let unsampled = KNOWN.replace("-01", "-fe");
        assert!(parts(&unsampled).is_some_and(|(.., flags)| !flags.is_sampled()));
        for broken in [
            "",
            "00",
            &KNOWN[..54],
            &format!("{KNOWN}-more"),
            &format!("ff{}", &KNOWN[2..]),
            &KNOWN.to_uppercase(),
            &KNOWN.replace("0af7", "0ag7"),
            &KNOWN.replace("-b7", "-+7"),
        ] {
            assert!(parts(broken).is_none(), "{broken}");
        }
        let nobody = "00-00000000000000000000000000000000-b7ad6b7169203331-01";
        assert!(OtelContext::read(nobody, None).is_nothing(), "an id of zeros names no span");
    }
}
