//! The request goes on to the handler, so its context is made from a reference to it.
//! The fix: `request: &Request`.

use axum::extract::Request;
use outlive::{Context, ContextLayer};

fn of_request(request: Request) -> Context {
    Context::root().with_label("path", request.uri().path())
}

fn main() {
    let _app: axum::Router = axum::Router::new().layer(ContextLayer::new(of_request));
}
