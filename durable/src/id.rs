//! What a run knows of its job. All of it stands in the run's `Context`.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use ulid::Ulid;

/// What names a job, in every process and in each of its attempts: an idempotency key for what its body does outside.
///
/// ```
/// # use outlive::Context;
/// # use outlive_durable::JobId;
/// let id = Context::current().get::<JobId>().cloned(); // in the body of a durable function
/// # assert!(id.is_none());
/// ```
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

/// Which attempt of its job a run is, in the run's `Context`. A run that a drain has cut, and that was handed back, does not
/// count; one whose process was killed does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The first is 1.
    pub number: u32,
    /// How many there are in all.
    pub of: u32,
}

/// Until when whoever enqueued the job would have waited, where its `Context` had a deadline; in the run's `Context`. Nothing
/// ends then: a durable job has its own timeout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OriginDeadline(pub SystemTime);
