//! The responses to clients for calls that were not stored. They contain no names of functions, and no text of the store.

use axum::body::Body;
use axum::http::header::RETRY_AFTER;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;

use crate::error::{EnqueueError, StoreError};
use crate::spill::SpillError;

/// Nothing of the call is left, so the client may retry: as soon as the header can say, which counts in seconds.
fn later(text: &'static str) -> Response<Body> {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], text).into_response()
}

fn failed() -> Response<Body> {
    (StatusCode::INTERNAL_SERVER_ERROR, "internal error").into_response()
}

fn of_the_store(error: &StoreError) -> Response<Body> {
    if error.is_busy() || error.is_unreachable() { later(BUSY) } else { failed() }
}

const BUSY: &str = "the service is busy: try again later";

/// With the feature `axum`, it is a response: a status and a short text without names of the program.
///
/// | | status | |
/// | --- | --- | --- |
/// | `Busy`, `Unreachable`; `Store`, if the database is locked or cannot be reached | 503 | the job is not in the queue, so the client may retry: with `Retry-After: 1` |
/// | `NoAnswer` | 504 | the job may be in the queue, so without `Retry-After` |
/// | `Argument`, `Delay`, another `Store` | 500 | |
///
/// ```
/// use axum::{Extension, Router, http::StatusCode, routing::post};
/// use outlive::Tracker;
/// use outlive_durable::{EnqueueError, Queue, durable};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[durable(timeout = "15s", attempts = 5, track = MAIL)]
/// async fn send_welcome(user: u64) -> Result<(), std::io::Error> {
///     // … the mail …
///     # let _ = user;
///     Ok(())
/// }
///
/// async fn sign_up(Extension(queue): Extension<Queue>) -> Result<StatusCode, EnqueueError> {
///     send_welcome(7).enqueue(&queue).await?;
///     Ok(StatusCode::ACCEPTED)
/// }
///
/// let app: Router = Router::new().route("/users", post(sign_up));
/// ```
impl IntoResponse for EnqueueError {
    fn into_response(self) -> Response<Body> {
        match self {
            Self::Busy { .. } | Self::Unreachable { .. } => later(BUSY),
            Self::NoAnswer { .. } => (StatusCode::GATEWAY_TIMEOUT, "it took too long").into_response(),
            Self::Store(error) => of_the_store(&error),
            Self::Argument { .. } | Self::Delay { .. } => failed(),
        }
    }
}

/// With the feature `axum`, it is a response: a status and a short text without names of the program.
///
/// | | status | |
/// | --- | --- | --- |
/// | `Full`, `Closed` | 503 | nothing of the call is left, so the client may retry: with `Retry-After: 1` |
/// | `Argument` | 500 | |
impl IntoResponse for SpillError {
    fn into_response(self) -> Response<Body> {
        match self {
            Self::Full { .. } => later(BUSY),
            Self::Closed => later("the service is shutting down: try again"),
            Self::Argument { .. } => failed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::StatusCode;
    use axum::http::header::RETRY_AFTER;
    use axum::response::IntoResponse;

    use crate::{EnqueueError, SpillError, StoreError};

    const AFTER: Duration = Duration::from_secs(5);

    /// The status, and when the client may retry.
    fn response(error: impl IntoResponse) -> (StatusCode, Option<String>) {
        let response = error.into_response();
        let after = response.headers().get(RETRY_AFTER).map(|after| after.to_str().unwrap().to_owned());
        (response.status(), after)
    }

    fn not_json() -> serde_json::Error {
        serde_json::from_str::<u8>("x").unwrap_err()
    }

    fn lost() -> StoreError {
        StoreError(sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into()))
    }

    #[test]
    fn a_client_may_retry_a_call_of_which_nothing_is_left() {
        let again = || (StatusCode::SERVICE_UNAVAILABLE, Some("1".to_owned()));
        assert_eq!(response(EnqueueError::Busy { after: AFTER }), again());
        assert_eq!(response(EnqueueError::Unreachable { after: AFTER, error: lost() }), again());
        assert_eq!(response(EnqueueError::Store(lost())), again());
        assert_eq!(response(EnqueueError::Store(StoreError(sqlx::Error::PoolTimedOut))), again());
        assert_eq!(response(SpillError::Full { capacity: 8 }), again());
        assert_eq!(response(SpillError::Closed), again());
    }

    #[test]
    fn it_is_not_told_to_retry_what_may_be_in_the_queue() {
        assert_eq!(response(EnqueueError::NoAnswer { after: AFTER }), (StatusCode::GATEWAY_TIMEOUT, None));
    }

    #[test]
    fn a_mistake_of_the_program_is_an_internal_error() {
        let internal = (StatusCode::INTERNAL_SERVER_ERROR, None);
        assert_eq!(response(EnqueueError::Argument { name: "to", error: not_json() }), internal);
        assert_eq!(response(EnqueueError::Delay { text: "soon".to_owned() }), internal);
        assert_eq!(response(EnqueueError::Store(StoreError(sqlx::Error::RowNotFound))), internal);
        assert_eq!(response(SpillError::Argument { name: "to", error: not_json() }), internal);
    }
}
