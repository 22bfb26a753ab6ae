//! What belongs to a request of axum, and the answer to a readiness probe.

use std::future::{Ready, ready};

use axum::body::{Body, BodyDataStream};
use axum::handler::Handler;
use axum::http::{Request, Response, StatusCode};
use axum::middleware::Next;
use axum::response::IntoResponse;

use crate::proof::RequestBound;
use crate::shutdown::Readiness;

/// 200 and `ready`, or 503 and `shutting down`.
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

impl RequestBound for BodyDataStream {}

impl<B: RequestBound> RequestBound for Request<B> {}

impl<B: RequestBound> RequestBound for Response<B> {}
