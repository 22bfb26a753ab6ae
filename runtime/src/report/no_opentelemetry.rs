//! The same interface without OpenTelemetry.

use std::time::Duration;

use tracing::Span;
use tracing::span::{Entered, Id};

use crate::tracker::Outcome;

#[derive(Clone)]
pub(super) struct OtelContext;

pub(super) type Within<'a> = Option<Entered<'a>>;

#[inline]
pub(super) fn not_entered() -> Within<'static> {
    None
}

impl OtelContext {
    pub(super) const NOTHING: Self = Self;

    #[inline]
    pub(super) fn is_there() -> bool {
        false
    }

    pub(super) fn parent() -> (Self, Option<Id>) {
        (Self, None)
    }

    pub(super) fn written() -> Option<(String, Option<String>)> {
        None
    }

    pub(super) fn read(_traceparent: &str, _tracestate: Option<&str>) -> Self {
        Self
    }

    pub(super) fn same() -> Self {
        Self
    }

    #[allow(clippy::unused_self, reason = "the same face as with OpenTelemetry")]
    #[inline]
    pub(super) fn is_nothing(&self) -> bool {
        true
    }

    #[allow(clippy::unused_self, reason = "the same face as with OpenTelemetry")]
    pub(super) fn adopt(&self, _span: &Span) -> bool {
        false
    }

    #[allow(clippy::unused_self, reason = "the same face as with OpenTelemetry")]
    #[inline]
    pub(super) fn enter<'a>(&mut self, span: &'a Span) -> Within<'a> {
        (!span.is_disabled()).then(|| span.enter())
    }
}

pub(super) fn failed(_span: &Span, _outcome: Outcome, _cause: impl FnOnce() -> String) {}

pub(super) fn retried(_span: &Span, _retries: u32) {}

pub(super) fn queued(_span: &Span, _delay: Duration) {}
