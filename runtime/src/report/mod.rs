//! Reports of calls: events, limited for each function and outcome, and spans.

mod durations;
#[cfg(feature = "tracing")]
mod emit;
mod error_view;
mod event;
mod facts;
mod misplaced;
mod misuse;
#[cfg(feature = "opentelemetry")]
mod opentelemetry;
#[cfg(all(feature = "tracing", not(feature = "opentelemetry")))]
#[path = "no_opentelemetry.rs"]
mod opentelemetry;
mod shutdown;
#[cfg(feature = "tracing")]
mod shutdown_callsite;
#[cfg(feature = "tracing")]
mod span;
#[cfg(not(feature = "tracing"))]
#[path = "no_span.rs"]
mod span;
mod unheard;
mod warning;

pub(crate) use durations::*;
pub(crate) use error_view::ProbeSource;
pub use error_view::{ErrorProbe, ErrorView};
pub(crate) use event::{allowed, note, note_with, panicked, send, send_allowed, shown};
pub(crate) use facts::Facts;
pub(crate) use misplaced::*;
pub(crate) use misuse::{asks_for_another_type, drain_dropped, drain_given_up, group_dropped, runs_on, shield_dropped};
#[cfg(debug_assertions)]
pub(crate) use misuse::{called_before_the_scope, nothing_ran_in_it};
pub(crate) use shutdown::{ShutdownTotals, last_step_failed, shutdown_begins, shutdown_ended};
pub use span::RemoteParent;
pub(crate) use span::TaskSpan;
pub(crate) use warning::{
    broken_carrier, cannot_be_stopped, dropped_with_tasks, leaves_its_group, nobody_elses, outside_a_runtime,
    shields_nothing, stale, suppressed, waits_for_ever, waits_for_itself, waits_for_own_place,
};
