//! A layer takes requests of any type, so that the closure says which. What rustc offers is that type's name, where it is imported.
//! The fix: `|request: &Request|`, with `use axum::extract::Request`.

use axum::extract::Request;
use outlive::{Context, ContextLayer};

fn main() {
    let _app: axum::Router = axum::Router::new()
        .layer(ContextLayer::new(|request| Context::root().with_label("path", request.uri().path())));
    let _: Option<Request> = None;
}
