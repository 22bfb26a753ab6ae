//! What becomes of a call, told to the operator: events, limited per site and outcome, and the spans that carry them.

use std::collections::BTreeSet;
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::TaskSite;
use crate::context::Values;
use crate::error::quietly;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Completed,
    Failed,
    TimedOut,
    Panicked,
    Cancelled,
    Lost,
    Rejected,
    NeverStarted,
}

impl Outcome {
    const ALL: usize = 8;

    fn phrase(self) -> &'static str {
        match self {
            Self::Completed => "detached task completed",
            Self::Failed => "detached task failed, and nobody looked",
            Self::TimedOut => "detached task timed out",
            Self::Panicked => "detached task panicked",
            Self::Cancelled => "detached task was cancelled",
            Self::Lost => "detached task was lost with its runtime",
            Self::Rejected => "detached call was refused, and nobody looked",
            Self::NeverStarted => "detached call never started",
        }
    }
}

/// How many events of one kind a site may send within a [`WINDOW`].
const BURST: u32 = 5;
const WINDOW: Duration = Duration::from_secs(1);

/// A site's allowance for each outcome, and for arguments that may go stale: a storm becomes a count.
#[derive(Default)]
pub(crate) struct Limits {
    outcomes: [Limit; Outcome::ALL],
    stale: Limit,
}

#[derive(Default)]
struct Limit(Mutex<Allowance>);

#[derive(Default)]
struct Allowance {
    since: Option<Instant>,
    sent: u32,
    suppressed: u64,
}

impl Limit {
    /// The number of events suppressed before this one, or `None` if this one is to be suppressed, too.
    fn allow(&self, now: Instant) -> Option<u64> {
        let mut limit = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that has gone back is another runtime's: paused ones run ahead.
        let same = limit.since.is_some_and(|since| now.checked_duration_since(since).is_some_and(|past| past < WINDOW));
        if !same {
            limit.since = Some(now);
            limit.sent = 0;
        }
        if limit.sent == BURST {
            limit.suppressed += 1;
            return None;
        }
        limit.sent += 1;
        Some(std::mem::take(&mut limit.suppressed))
    }
}

/// What every report of a call says of it.
#[derive(Clone)]
pub struct Facts {
    pub(crate) site: &'static TaskSite,
    pub(crate) tracker: &'static str,
    pub(crate) values: Option<Arc<Values>>,
    pub(crate) elapsed: Duration,
    pub(crate) queue_delay: Duration,
}

/// Sends the event, if the site's allowance lets it. Survives a `Display`, or a subscriber, that panics.
pub(crate) fn send(outcome: Outcome, facts: &Facts, cause: &dyn fmt::Display) {
    if let Some(suppressed) = allowed(facts.site, outcome) {
        send_allowed(outcome, facts, cause, suppressed);
    }
}

/// Whether an event would be sent, and how many were not since the last. It has to be sent then.
pub(crate) fn allowed(site: &TaskSite, outcome: Outcome) -> Option<u64> {
    let mut allowed = None;
    // On a thread that ends, tokio's clock may be gone.
    quietly(|| allowed = site.limits().outcomes[outcome as usize].allow(Instant::now()));
    allowed
}

pub(crate) fn send_allowed(outcome: Outcome, facts: &Facts, cause: &dyn fmt::Display, suppressed: u64) {
    quietly(|| event(outcome, facts, &shown(cause), suppressed));
}

/// The user's `Display`, which may panic: the report is sent all the same.
pub(crate) fn shown(cause: &dyn fmt::Display) -> String {
    let mut text = String::new();
    match quietly(|| text = cause.to_string()) {
        None => text,
        Some(message) => format!("cannot be shown: its formatting panicked: {message}"),
    }
}

#[cfg(feature = "tracing")]
fn event(outcome: Outcome, facts: &Facts, cause: &str, suppressed: u64) {
    macro_rules! event {
        ($level:ident) => {
            tracing::event!(
                target: "outlive",
                tracing::Level::$level,
                task = facts.site.name(),
                tracker = facts.tracker,
                file = facts.site.file(),
                line = facts.site.line(),
                labels = %Values::labels(facts.values.as_ref()),
                cause = %cause,
                elapsed = ?facts.elapsed,
                queue_delay = ?facts.queue_delay,
                suppressed,
                "{}",
                outcome.phrase(),
            )
        };
    }
    match outcome {
        Outcome::Panicked | Outcome::Lost => event!(ERROR),
        _ => event!(WARN),
    }
}

#[cfg(not(feature = "tracing"))]
fn event(outcome: Outcome, facts: &Facts, cause: &str, suppressed: u64) {
    let _ =
        (outcome.phrase(), facts.values.as_ref(), facts.tracker, facts.elapsed, facts.queue_delay, cause, suppressed);
}

/// An argument may be of no use before its call's deadline.
pub(crate) fn stale(
    site: &'static TaskSite,
    tracker: &str,
    values: Option<&Arc<Values>>,
    argument: &str,
    remaining: Duration,
    deadline: Duration,
) {
    quietly(|| {
        let Some(suppressed) = site.limits().stale.allow(Instant::now()) else {
            return;
        };
        #[cfg(feature = "tracing")]
        tracing::warn!(
            target: "outlive",
            task = site.name(),
            tracker,
            file = site.file(),
            line = site.line(),
            labels = %Values::labels(values),
            argument,
            ?remaining,
            ?deadline,
            suppressed,
            "an argument may go stale before the deadline",
        );
        #[cfg(not(feature = "tracing"))]
        let _ = (tracker, values, argument, remaining, deadline, suppressed);
    });
}

/// Somebody waits for a cancellation that cannot come.
pub(crate) fn waits_for_ever(place: &Location<'_>) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "outlive",
        file = place.file(),
        line = place.line(),
        "waits for the cancellation of a context that nothing can cancel: give it a deadline, or a CancelSource",
    );
    #[cfg(not(feature = "tracing"))]
    let _ = place;
}

/// A detached call was made inside a group's task. Said once for each place of a call.
pub(crate) fn leaves_its_group(site: &'static TaskSite, tracker: &'static str, place: &'static Location<'static>) {
    /// By the site's address and the place.
    static SAID: Mutex<BTreeSet<(usize, &'static Location<'static>)>> = Mutex::new(BTreeSet::new());
    let known = (std::ptr::from_ref(site).addr(), place);
    if !SAID.lock().unwrap_or_else(PoisonError::into_inner).insert(known) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        tracing::warn!(
            target: "outlive",
            task = site.name(),
            tracker,
            file = place.file(),
            line = place.line(),
            "called inside a group, and not part of it: the failure of a sibling will not reach this task. \
             Await its work in the group if it should",
        );
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker);
}

/// A task of the tracker waits for the end of the tracker's tasks, itself among them.
pub(crate) fn waits_for_itself(tracker: &'static str) {
    #[cfg(feature = "tracing")]
    quietly(|| {
        tracing::warn!(
            target: "outlive",
            tracker,
            "a task awaits the drain of its own tracker, which waits for that task: await it outside",
        );
    });
    #[cfg(not(feature = "tracing"))]
    let _ = tracker;
}

/// The last owner of a service went, without a shutdown, while tasks were live.
pub(crate) fn dropped_with_tasks(tracker: &'static str, tasks: impl Iterator<Item = &'static TaskSite>) {
    let mut names: Vec<String> =
        tasks.map(|site| format!("{} ({}:{})", site.name(), site.file(), site.line())).collect();
    names.sort_unstable();
    names.dedup();
    #[cfg(feature = "tracing")]
    quietly(|| {
        tracing::warn!(
            target: "outlive",
            tracker,
            tasks = names.join(", "),
            "the last owner was dropped without a shutdown while tasks were live: await its `shutdown()` first, where \
             they should end in order",
        );
    });
    #[cfg(not(feature = "tracing"))]
    let _ = tracker;
}

pub(crate) use span::TaskSpan;

#[cfg(feature = "tracing")]
mod span {
    use std::sync::Arc;

    use tracing::Span;
    use tracing::field::display;
    use tracing::level_filters::LevelFilter;

    use crate::__private::SpanKind;
    use crate::TaskSite;
    use crate::context::Values;
    use crate::error::quietly;
    use crate::tracker::Station;

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
        pub(crate) fn open(site: &TaskSite, tracker: &Station, values: Option<&Arc<Values>>) -> Self {
            // Nobody wants any: most programs' tests, and many programs.
            if LevelFilter::current() < LevelFilter::INFO {
                Self(None)
            } else {
                let mut span = Self(None);
                quietly(|| span = Self::opened(site, tracker.name(), values));
                span
            }
        }

        fn opened(site: &TaskSite, tracker: &str, values: Option<&Arc<Values>>) -> Self {
            // Not recorded later: a subscriber that writes as it goes would write all of it anew.
            let labels =
                values.filter(|values| values.has_labels()).map(|values| display(Values::labels(Some(values))));
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
}

#[cfg(not(feature = "tracing"))]
mod span {
    use std::sync::Arc;

    use crate::TaskSite;
    use crate::context::Values;
    use crate::tracker::Station;

    #[derive(Clone, Default)]
    pub(crate) struct TaskSpan;

    impl TaskSpan {
        pub(crate) fn open(site: &TaskSite, _tracker: &Station, _values: Option<&Arc<Values>>) -> Self {
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
}
