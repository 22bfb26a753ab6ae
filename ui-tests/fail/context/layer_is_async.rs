//! The context of a request is made before the request is handled, and from a reference to it.
//! The fix: a plain `fn`.

use axum::extract::Request;
use outlive::{Context, ContextLayer};

async fn of_request(_: &Request) -> Context {
    Context::root()
}

fn main() {
    let _app: axum::Router = axum::Router::new().layer(ContextLayer::new(of_request));
}
