//! What the macro knows of a function.

use std::time::Duration;

/// What the macro knows of a function.
#[derive(Clone, Copy)]
pub struct Spec {
    /// The function's, or the one given with `name = …`.
    pub name: &'static str,
    /// Where it is written.
    pub file: &'static str,
    /// The line of its name.
    pub line: u32,
    /// The tracker, as the user wrote it. Empty where no macro has read it.
    pub tracker: &'static str,
    /// The longest that a call may run.
    pub timeout: Duration,
    /// It has no timeout, and ends when it is cancelled.
    pub is_worker: bool,
    /// From its cancellation until it is dropped.
    pub grace: Duration,
    /// Its tasks' spans.
    pub span: SpanKind,
}

/// What the span of a task is to its caller's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// A root that follows from the caller's.
    Linked,
    /// Its child.
    Child,
}

/// It is dropped as it is cancelled.
pub const NO_GRACE: Duration = Duration::ZERO;

/// A worker's.
pub const NO_TIMEOUT: Duration = Duration::MAX;
