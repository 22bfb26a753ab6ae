//! What the macro knows of a function.

use std::time::Duration;

/// What the macro knows of a function.
#[derive(Clone, Copy)]
pub struct Spec {
    /// The function's, or the one given with `name = …`.
    pub name: &'static str,
    /// What its calls are.
    pub kind: Kind,
    /// In which it is written, as `module_path!()` gives it.
    pub module: &'static str,
    /// Where it is written.
    pub file: &'static str,
    /// The line of its name.
    pub line: u32,
    /// The tracker, as the user wrote it. Empty where no macro has read it.
    pub tracker: &'static str,
    /// The longest that a call may run.
    pub timeout: Duration,
    /// From its cancellation until it is dropped.
    pub grace: Duration,
    /// Its tasks' spans.
    pub span: SpanKind,
}

/// What a function's calls are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tasks with a timeout.
    Task,
    /// Loops of runs, each with a timeout.
    Periodic,
    /// Tasks without a timeout, which end when they are cancelled.
    Worker,
}

/// What the span of a task is to its caller's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// A root that follows from the caller's; with OpenTelemetry, in the caller's trace.
    Linked,
    /// A root that follows from the caller's, and is the work of no one caller.
    Apart,
    /// Its child.
    Child,
}

/// It is dropped as it is cancelled.
pub const NO_GRACE: Duration = Duration::ZERO;

/// A [worker](Kind::Worker)'s.
pub const NO_TIMEOUT: Duration = Duration::MAX;
