//! The task's span.

use std::sync::Arc;

use tracing::Span;
use tracing::field::display;
use tracing::level_filters::LevelFilter;

use crate::context::Values;
use crate::tracker::{SpanKind, TaskSite, TrackerCore};
use crate::util::quietly;

/// The task's span. Boxed: 8 bytes where no subscriber wants it. A subscriber's panic, as it opens or closes, is
/// survived.
#[derive(Clone, Default)]
pub(crate) struct TaskSpan(Option<Box<Span>>);

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
        // Nobody wants any: most programs' tests, and many programs.
        if LevelFilter::current() < LevelFilter::INFO {
            Self(None)
        } else {
            let mut span = Self(None);
            quietly(|| span = Self::opened(site, tracker.shown_name(), values));
            span
        }
    }

    fn opened(site: &TaskSite, tracker: &str, values: Option<&Arc<Values>>) -> Self {
        // Not recorded later: a subscriber that writes as it goes would write all of it anew.
        let labels = values.filter(|values| values.has_labels()).map(|values| display(Values::labels(Some(values))));
        macro_rules! open {
            ($($parent:tt)*) => {
                tracing::info_span!(
                    target: "outlive",
                    $($parent)*
                    "task",
                    otel.name = site.name(),
                    task = site.name(),
                    tracker,
                    code.filepath = site.file(),
                    code.lineno = site.line(),
                    labels,
                )
            };
        }
        let span = match site.span_kind() {
            // A child would keep the request's span open until the task ends.
            SpanKind::Linked => {
                let span = open!(parent: None,);
                if !span.is_disabled() {
                    span.follows_from(Span::current());
                }
                span
            }
            SpanKind::Child => open!(),
        };
        // Not `is_none`: with tracing's `log` feature a span that nobody wants still has its metadata.
        if span.is_disabled() {
            return Self(None);
        }
        Self(Some(Box::new(span)))
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    #[inline]
    pub(crate) fn close(&mut self) {
        if self.0.is_some() {
            self.close_quietly();
        }
    }

    #[cold]
    fn close_quietly(&mut self) {
        let span = self.0.take();
        quietly(|| drop(span));
    }

    /// The caller's own, for what is part of its work.
    pub(crate) fn current() -> Self {
        let span = Span::current();
        Self((!span.is_disabled()).then(|| Box::new(span)))
    }

    /// Runs a report of ours inside the span. A subscriber's panic is survived.
    pub(crate) fn quietly(&self, work: impl FnOnce()) {
        quietly(|| {
            let _entered = self.enter();
            work();
        });
    }

    pub(crate) fn enter(&self) -> Option<tracing::span::Entered<'_>> {
        self.0.as_deref().map(Span::enter)
    }
}
