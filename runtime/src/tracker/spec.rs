//! The constant data of a function, from the macro.

use std::time::Duration;

/// The constant data of a function, from the macro.
#[derive(Clone, Copy)]
pub struct Spec {
    /// The function's name, or the one given with `name = …`.
    pub name: &'static str,
    /// The kind of its calls.
    pub kind: Kind,
    /// The module in which it is written, as `module_path!()` gives it.
    pub module: &'static str,
    /// The file in which it is written.
    pub file: &'static str,
    /// The line of its name.
    pub line: u32,
    /// The tracker, as the user wrote it. Empty without a macro.
    pub tracker: &'static str,
    /// The longest that a call may run.
    pub timeout: Duration,
    /// The time from its cancellation until it is dropped.
    pub grace: Duration,
    /// How many minutes one of the two is, if it may have been meant as milliseconds. Zero if not.
    pub minutes: u64,
    /// The kind of its tasks' spans.
    pub span: SpanKind,
}

/// The kind of a function's calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tasks with a timeout.
    Task,
    /// Loops of runs, each with a timeout.
    Periodic,
    /// Tasks without a timeout, which end when they are cancelled.
    Worker,
}

/// The relation of a task's span to its caller's span.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// A root that follows from the caller's; with OpenTelemetry, in the caller's trace.
    Linked,
    /// A root that follows from the caller's, and is in its own trace, for work that belongs to no single caller.
    Apart,
    /// Its child.
    Child,
}

/// No grace: the task is dropped when it is cancelled.
pub const NO_GRACE: Duration = Duration::ZERO;

/// The timeout of a [worker](Kind::Worker).
pub const NO_TIMEOUT: Duration = Duration::MAX;
