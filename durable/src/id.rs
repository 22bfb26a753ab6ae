//! The values about its job that a run finds in its `Context`.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use ulid::Ulid;

/// The id of a job, which is the same in every process and in each attempt: use it as an idempotency key.
///
/// ```
/// # use outlive::Context;
/// # use outlive_durable::JobId;
/// let id = Context::current().get::<JobId>().cloned(); // in the body of a durable function
/// # assert!(id.is_none());
/// ```
///
/// It is a ULID: ids of different milliseconds sort by the time of the call. Its `Display` is the 26 characters that `FromStr` reads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub(crate) Ulid);

impl JobId {
    pub(crate) fn new() -> Self {
        Self(Ulid::generate())
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JobId({})", self.0)
    }
}

impl FromStr for JobId {
    type Err = ulid::DecodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ulid::from_string(text).map(Self)
    }
}

/// The number of the run's attempt, in the run's `Context`. A run that was cut short, and whose job was given back to
/// the queue, does not count; a run whose process was killed does.
///
/// ```
/// use outlive::Context;
/// use outlive_durable::Attempt;
///
/// let context = Context::current(); // in the body of a durable function
/// let is_last = context.get::<Attempt>().is_some_and(|attempt| attempt.number == attempt.of);
/// # assert!(!is_last);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The first is 1.
    pub number: u32,
    /// The maximum number of attempts.
    pub of: u32,
}

/// The deadline of the `Context` in which the job was enqueued, if it had one; in the run's `Context`. It does not end the
/// run, which has its own timeout.
///
/// ```
/// use std::time::SystemTime;
/// use outlive::Context;
/// use outlive_durable::OriginDeadline;
///
/// let context = Context::current(); // in the body of a durable function
/// let is_late = context.get::<OriginDeadline>().is_some_and(|deadline| deadline.0 < SystemTime::now());
/// # assert!(!is_late);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OriginDeadline(pub SystemTime);
