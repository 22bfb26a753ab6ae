//! What belongs to a request of tonic, and what its client is told of a call that gave no value.

use tonic::{Code, Request, Response, Status, Streaming};

use super::answer::Answer;
use crate::error::{Refused, Rejected, TaskError};
use crate::proof::RequestBound;

impl<T> RequestBound for Request<T> {}

impl<T> RequestBound for Streaming<T> {}

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

/// What its client is told, with the feature `tonic`: in a short text that names nothing of the program.
///
/// | | code | |
/// | --- | --- | --- |
/// | `Full`, `Draining`, `OwnerGone`, `Ended` | `Unavailable` | nothing of the call ran, so a client may repeat it |
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

/// As of its [`Rejected`].
impl From<Refused> for Status {
    fn from(refused: Refused) -> Self {
        refused.rejected().into()
    }
}

/// What its client is told, with the feature `tonic`: in a short text that names nothing of the program.
///
/// | | code | |
/// | --- | --- | --- |
/// | `Rejected` | as of a [`Rejected`] | |
/// | `TimedOut` | `DeadlineExceeded` | some of the work may be done |
/// | `Panicked` | `Internal` | |
/// | `Cancelled`, `Lost` | `Cancelled` | some of the work may be done: a client that repeats what is `Unavailable` does not repeat it |
impl From<TaskError> for Status {
    fn from(error: TaskError) -> Self {
        Answer::from(&error).into()
    }
}
