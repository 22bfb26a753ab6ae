//! The task's span, where there are none: the same face as with them.

use std::sync::Arc;

use crate::context::Values;
use crate::tracker::{TaskSite, TrackerCore};

#[derive(Clone, Default)]
pub(crate) struct TaskSpan;

impl TaskSpan {
    pub(crate) fn open(site: &TaskSite, _tracker: &TrackerCore, _values: Option<&Arc<Values>>) -> Self {
        let _ = site.span_kind();
        Self
    }

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn is_wanted(&self) -> bool {
        false
    }

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn close(&mut self) {}

    pub(crate) fn current() -> Self {
        Self
    }

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn quietly(&self, work: impl FnOnce()) {
        work();
    }

    #[allow(clippy::unused_self, reason = "the same face as with spans")]
    pub(crate) fn enter(&self) -> Option<()> {
        None
    }
}
