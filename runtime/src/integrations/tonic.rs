//! tonic: its request-bound types, and a `Status` for refusals and errors.

use tonic::{Code, Request, Response, Status, Streaming};

use super::answer::Answer;
use crate::error::{Refused, Rejected, TaskError};
use crate::proof::{PassedAs, RequestBound};

impl<T> RequestBound for Request<T> {}

impl<T> PassedAs for Request<T> {
    const INSTEAD: &'static str = "pass its message, `request.into_inner()`, and of its metadata what the task needs";
}

impl<T> RequestBound for Streaming<T> {}

impl<T> PassedAs for Streaming<T> {
    const INSTEAD: &'static str = "read it in the handler, by `message().await`, and pass the messages";
}

impl<T: RequestBound> RequestBound for Response<T> {}

impl From<Answer> for Status {
    fn from(answer: Answer) -> Self {
        let code = match answer {
            Answer::Busy | Answer::Ending => Code::Unavailable,
            Answer::Exists => Code::AlreadyExists,
            Answer::Failed => Code::Internal,
            Answer::TimedOut => Code::DeadlineExceeded,
            Answer::Cancelled => Code::Cancelled,
        };
        Self::new(code, answer.text())
    }
}

/// With the feature `tonic`, it converts into a `Status` with a short text without names of the program.
///
/// | | code | |
/// | --- | --- | --- |
/// | `Full`, `Draining`, `OwnerGone`, `Ended` | `Unavailable` | the call never ran, so the client may retry |
/// | `AlreadyStarted` | `AlreadyExists` | |
/// | `NoRuntime`, `ZeroPeriod`, `NotPeriodic` | `Internal` | |
///
/// ```
/// use outlive::{Tracker, detached};
/// use tonic::{Request, Response, Status};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 64);
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn write_audit(user: u64) {
///     // … the database …
///     # let _ = user;
/// }
///
/// async fn order(request: Request<u64>) -> Result<Response<()>, Status> {
///     write_audit(request.into_inner()).admitted()?;
///     Ok(Response::new(()))
/// }
/// ```
impl From<Rejected> for Status {
    fn from(rejected: Rejected) -> Self {
        Answer::from(rejected).into()
    }
}

/// The `Status` of its [`Rejected`].
impl From<Refused> for Status {
    fn from(refused: Refused) -> Self {
        refused.rejected().into()
    }
}

/// With the feature `tonic`, it converts into a `Status` with a short text without names of the program.
///
/// | | code | |
/// | --- | --- | --- |
/// | `Rejected` | the `Status` of the [`Rejected`] | |
/// | `TimedOut` | `DeadlineExceeded` | some of the work may be done |
/// | `Panicked` | `Internal` | |
/// | `Cancelled`, `Lost` | `Cancelled` | some of the work may be done, so it is not `Unavailable`, which clients retry |
impl From<TaskError> for Status {
    fn from(error: TaskError) -> Self {
        Answer::from(&error).into()
    }
}
