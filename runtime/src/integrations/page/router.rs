//! The routes, for axum.

use std::future::{Ready, ready};

use axum::Router;
use axum::body::Body;
use axum::handler::Handler;
use axum::http::{Request, Response};

use super::StatusPage;

impl StatusPage {
    /// Makes the page's routes for axum: the path with and without a slash at its end, and `status.json` below it. Merge
    /// them into your router.
    ///
    /// A layer on this router applies to the page alone: put your login there.
    ///
    /// ```
    /// use axum::Router;
    /// use axum::extract::Request;
    /// use axum::http::StatusCode;
    /// use axum::middleware::{Next, from_fn};
    /// use axum::response::Response;
    /// use outlive::StatusPage;
    ///
    /// async fn operators_only(request: Request, next: Next) -> Result<Response, StatusCode> {
    ///     // … your login …
    ///     # let is_operator = request.headers().contains_key("x-operator");
    ///     if is_operator { Ok(next.run(request).await) } else { Err(StatusCode::UNAUTHORIZED) }
    /// }
    ///
    /// let app: Router = Router::new()
    ///     // … your routes …
    ///     .merge(StatusPage::router("/debug/tasks").layer(from_fn(operators_only)));
    /// ```
    ///
    /// # Panics
    ///
    /// If the path does not begin with a slash, as axum's `route` does. Use `"/"` for a separate port.
    pub fn router<S: Clone + Send + Sync + 'static>(path: &str) -> Router<S> {
        let path = path.trim_end_matches('/');
        let mut router = Router::new();
        if !path.is_empty() {
            router = router.route_service(path, Self::new());
        }
        router
            .route_service(&format!("{path}/"), Self::new())
            .route_service(&format!("{path}/status.json"), Self::new())
    }
}

/// The page at one path, as in `get(StatusPage::new())`. [`router`](StatusPage::router) has all of its paths.
impl<S> Handler<(), S> for StatusPage {
    type Future = Ready<Response<Body>>;

    fn call(self, request: Request<Body>, _: S) -> Self::Future {
        ready(self.answered(&request).map(Body::from))
    }
}
