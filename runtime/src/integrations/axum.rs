//! axum: its request-bound types, responses for refusals and errors, and the handler of a readiness probe.

use std::future::{Ready, ready};

use axum::body::{Body, BodyDataStream};
use axum::handler::Handler;
use axum::http::header::RETRY_AFTER;
use axum::http::{Request, Response, StatusCode};
use axum::middleware::Next;
use axum::response::IntoResponse;

use super::answer::Answer;
use crate::error::{Refused, Rejected, TaskError};
use crate::proof::{PassedAs, RequestBound};
use crate::shutdown::Readiness;

/// Answers 200 and `ready`, or 503 and `shutting down`.
impl<S> Handler<(), S> for &'static Readiness {
    type Future = Ready<Response<Body>>;

    fn call(self, _: Request<Body>, _: S) -> Self::Future {
        let (status, text) = if self.is_ready() {
            (StatusCode::OK, "ready")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "shutting down")
        };
        ready((status, text).into_response())
    }
}

impl RequestBound for Next {}

impl RequestBound for Body {}

impl PassedAs for Body {
    const INSTEAD: &'static str = "read it in the handler, up to a limit, by `axum::body::to_bytes(body, 1 << 20).await`, and \
                                   pass the `Bytes`";
}

impl RequestBound for BodyDataStream {}

impl PassedAs for BodyDataStream {
    const INSTEAD: &'static str = "read it in the handler, up to a limit, by `axum::body::to_bytes(body, 1 << 20).await` in the \
                                   place of `into_data_stream`, and pass the `Bytes`";
}

impl<B: RequestBound> RequestBound for Request<B> {}

impl PassedAs for Request<Body> {
    const INSTEAD: &'static str = "pass what the task needs of it; read its body in the handler, up to a limit, by \
                                   `axum::body::to_bytes(request.into_body(), 1 << 20).await`, and pass the `Bytes`";
}

impl<B: RequestBound> RequestBound for Response<B> {}

impl IntoResponse for Answer {
    fn into_response(self) -> Response<Body> {
        let status = match self {
            Self::Busy | Self::Ending | Self::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
            Self::Exists => StatusCode::CONFLICT,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Self::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        };
        match self {
            // In seconds: as soon as that header can say.
            Self::Busy | Self::Ending => (status, [(RETRY_AFTER, "1")], self.text()).into_response(),
            _ => (status, self.text()).into_response(),
        }
    }
}

/// With the feature `axum`, it is a response: a status and a short text without names of the program.
///
/// | | status | |
/// | --- | --- | --- |
/// | `Full`, `Draining`, `OwnerGone`, `Ended` | 503 | the call never ran, so the client may retry: with `Retry-After: 1` |
/// | `AlreadyStarted` | 409 | |
/// | `NoRuntime`, `ZeroPeriod`, `NotPeriodic` | 500 | |
///
/// ```
/// use axum::{Router, http::StatusCode, routing::post};
/// use outlive::{Rejected, Tracker, detached};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 64);
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn write_audit(user: u64) {
///     // … the database …
///     # let _ = user;
/// }
///
/// async fn handler() -> Result<StatusCode, Rejected> {
///     write_audit(7).admitted()?;
///     Ok(StatusCode::ACCEPTED)
/// }
///
/// let app: Router = Router::new().route("/orders", post(handler));
/// ```
impl IntoResponse for Rejected {
    fn into_response(self) -> Response<Body> {
        Answer::from(self).into_response()
    }
}

/// The response of its [`Rejected`].
impl IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        self.rejected().into_response()
    }
}

/// With the feature `axum`, it is a response: a status and a short text without names of the program.
///
/// | | status | |
/// | --- | --- | --- |
/// | `Rejected` | the response of the [`Rejected`] | |
/// | `TimedOut` | 504 | the task had no result in time, as with a proxy's upstream: some of the work may be done |
/// | `Panicked` | 500 | |
/// | `Cancelled`, `Lost` | 503 | some of the work may be done, so without `Retry-After` |
impl IntoResponse for TaskError {
    fn into_response(self) -> Response<Body> {
        Answer::from(&self).into_response()
    }
}
