//! The tower service of the page.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::header::{self, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use tower_service::Service;

use super::document;
use super::request::{Format, PageRequest};
use crate::status::status;

/// A web page that shows [`status()`](fn@crate::status): every tracker, function, loop and service, those that need attention
/// first. It is a tower service, for axum, tonic, hyper, and whatever else takes one.
///
/// In a browser it refreshes itself: its script fetches it each second while the page is visible. It loads nothing from
/// other servers, works on a phone, in light and dark mode, and is complete without its script. With `?format=json`, as
/// `…/status.json`, or with `Accept: application/json` it is the same status as JSON, as [`serde`](crate::Status) writes it.
///
/// **It belongs behind a login, or on a port that only operators reach.** It shows the names of your source files and
/// functions, their load, and the texts of their errors, which may quote users' input. It is read-only, and there are no
/// partial permissions.
///
/// It answers at any path; the router around it decides which one. Its own links are relative to that path.
///
#[cfg_attr(feature = "axum", doc = "[`StatusPage::router`] makes its routes for axum.")]
#[cfg_attr(not(feature = "axum"), doc = "With the feature `axum`, `StatusPage::router` makes its routes.")]
///
/// ```
/// use http::Request;
/// use outlive::StatusPage;
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let request = Request::get("/debug/tasks?format=json").body(()).unwrap();
/// let response = StatusPage::new().oneshot(request).await.unwrap();
/// assert_eq!(response.headers()["content-type"], "application/json");
/// assert!(response.body().starts_with("{\"at_unix_seconds\":"));
/// # }
/// ```
///
/// # What it costs
///
/// An answer is one snapshot, and does not wait: it works during a drain, and when every tracker is full. Without a request
/// it costs nothing. A table shows at most 200 rows, and says how many it leaves out; the search finds the others, and JSON
/// has all.
#[derive(Clone, Copy, Debug, Default)]
pub struct StatusPage(());

impl StatusPage {
    /// Makes the service.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }

    #[allow(clippy::unused_self, reason = "it is what answers")]
    pub(super) fn answered<B>(self, request: &Request<B>) -> Response<String> {
        answer(request.method(), &PageRequest::of(request.uri(), request.headers()))
    }
}

impl<B> Service<Request<B>> for StatusPage {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(self.answered(&request)))
    }
}

fn answer(method: &Method, request: &PageRequest) -> Response<String> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let mut refused =
            response(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "read it with GET\n".into());
        refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    let mut answer = match request.format {
        Format::Html => {
            response(StatusCode::OK, "text/html; charset=utf-8", document::render(&status(), &request.search))
        }
        Format::Json => match serde_json::to_string(&status()) {
            Ok(json) => response(StatusCode::OK, "application/json", json),
            Err(error) => response(StatusCode::INTERNAL_SERVER_ERROR, "text/plain; charset=utf-8", error.to_string()),
        },
    };
    if method == Method::HEAD {
        let length = answer.body_mut().split_off(0).len();
        answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    answer
}

/// Allows only the page's own style and script. Tests check the hashes.
const POLICY: &str = "default-src 'none'; \
    script-src 'sha256-My8RDeOD8mmRm7cR+ZoHCrngo2d/gfFDOndQqvV5a14='; \
    style-src 'sha256-9b9H6AgoqzaIlL1CmjFP8RpkEs52H8uF76N6MdN/MxI='; \
    img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (header::VARY, "accept"),
];

fn response(code: StatusCode, kind: &'static str, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.extend(HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}
