//! A `ContextLayer` that stands before the routes sees no request: debug builds say so, once.

use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use outlive::{Context, ContextLayer, Tracker, detached};
use outlive_tests::{Event, Trace};
use tower::ServiceExt;
use tracing::Level;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit() {}

#[detached(timeout = "5s", track = AUDIT)]
async fn warm_up() {}

async fn hello() -> &'static str {
    write_audit();
    "hello"
}

fn said(trace: &Trace) -> Vec<Event> {
    let said = |event: &Event| event.is_report() && event.field("message").starts_with("no request has passed");
    trace.events().into_iter().filter(said).collect()
}

async fn asks(app: &Router) {
    let request = Request::get("/hello").body(axum::body::Body::empty()).unwrap();
    let app = app.clone();
    // As a server does, for each connection.
    let response = tokio::spawn(async move { app.oneshot(request).await.unwrap() });
    assert!(response.await.unwrap().status().is_success());
}

#[tokio::test]
async fn calls_of_requests_beside_the_layer_are_reported_once_and_those_of_a_start_are_not() {
    let trace = Trace::record();
    let without: Router = Router::new().route("/hello", get(hello));
    for _ in 0..4 {
        asks(&without).await;
    }
    assert!(said(&trace).is_empty(), "there is no layer: {:#?}", said(&trace));

    let layer = ContextLayer::new(|_: &Request| Context::root());
    let place = format!("tests/tests/layer_before_routes.rs:{}:17", line!() - 1);
    let app: Router = Router::new().layer(layer).route("/hello", get(hello));
    for _ in 0..4 {
        write_audit(); // of `main`
    }
    let start = tokio::spawn(async {
        for _ in 0..4 {
            warm_up();
        }
    });
    start.await.unwrap();
    for _ in 0..2 {
        asks(&app).await;
    }
    assert!(said(&trace).is_empty(), "it may be a start: {:#?}", said(&trace));

    for _ in 0..4 {
        asks(&app).await;
    }
    let events = said(&trace);
    if !cfg!(debug_assertions) {
        return assert!(events.is_empty(), "{events:#?}");
    }
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.level, event.field("task"), event.field("tracker")), (Level::WARN, "write_audit", "audit"));
    let message = event.field("message");
    assert!(
        message.contains(&format!("the `ContextLayer` of {place}, and `write_audit` is called outside")),
        "{message}"
    );
    assert!(message.contains("move `.layer(…)` behind the routes"), "{message}");
}
