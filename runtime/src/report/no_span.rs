//! The same interface as `span`, without spans.

use std::sync::Arc;
use std::time::Duration;

use crate::context::Values;
use crate::tracker::{Outcome, TaskSite, TrackerCore};

#[derive(Clone, Default)]
pub(crate) struct TaskSpan;

/// The span of another process, which is ignored here.
pub struct RemoteParent;

impl RemoteParent {
    /// Nothing is read.
    #[must_use]
    pub fn read(_traceparent: Option<&str>, _tracestate: Option<&str>) -> Self {
        Self
    }

    /// Nothing is written.
    #[must_use]
    pub fn written() -> Option<(String, Option<String>)> {
        None
    }
}

impl TaskSpan {
    pub(crate) fn open<'a>(
        site: &TaskSite,
        _tracker: impl FnOnce() -> &'a TrackerCore,
        _values: Option<&Arc<Values>>,
    ) -> Option<Self> {
        let _ = site.span_kind();
        None
    }

    pub(crate) fn open_below(
        _parent: RemoteParent,
        _site: &TaskSite,
        _tracker: &TrackerCore,
        _values: Option<&Arc<Values>>,
    ) -> Self {
        Self
    }

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn is_wanted(&self) -> bool {
        false
    }

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn close(&mut self) {}

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn queued(&self, _delay: Duration) {}

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn retried(&self, _retries: u32) {}

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn failed(&self, _outcome: Outcome, _cause: impl FnOnce() -> String) {}

    pub(crate) fn current() -> Self {
        Self
    }

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn quietly(&mut self, work: impl FnOnce()) {
        work();
    }

    pub(crate) fn enter_if(_: Option<&mut Self>) -> Option<()> {
        None
    }

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn enter(&mut self) -> Option<()> {
        None
    }
}
