//! A `ContextLayer` that has seen a request is not said to stand before the routes, whatever else is called outside of it.

use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use outlive::{Context, ContextLayer, Tracker, detached};
use outlive_tests::Trace;
use tower::ServiceExt;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit() {}

async fn hello() -> &'static str {
    write_audit();
    "hello"
}

#[tokio::test]
async fn one_that_sees_requests_is_not_reported_for_calls_outside_of_it() {
    let trace = Trace::record();
    let app: Router = Router::new().route("/hello", get(hello)).layer(ContextLayer::new(|_: &Request| Context::root()));
    let request = Request::get("/hello").body(axum::body::Body::empty()).unwrap();
    assert!(app.oneshot(request).await.unwrap().status().is_success());
    for _ in 0..6 {
        tokio::spawn(async { drop(write_audit()) }).await.unwrap();
    }
    let events = trace.events();
    assert!(events.iter().all(|event| !event.field("message").contains("no request has passed")), "{events:#?}");
}
