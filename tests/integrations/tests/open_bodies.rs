//! A request is open until its response has been sent: a stream that holds no context is named where its server is cut short.

use std::convert::Infallible;
use std::future::{pending, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use axum::routing::get;
use futures_util::stream;
use http_body_util::BodyExt as _;
use outlive::{Context, ContextLayer, Shutdown, ShutdownReport};
use tokio::sync::{Mutex, MutexGuard};
use tower::{ServiceBuilder, ServiceExt as _};

/// A shutdown cancels the requests of the whole process: one test at a time.
async fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::const_new(());
    ONE.lock().await
}

/// Gives a first chunk, and then nothing more, without an end.
async fn ticks() -> Body {
    let first = stream::once(ready(Ok::<_, Infallible>(Bytes::from_static(b"tick"))));
    Body::from_stream(futures_util::StreamExt::chain(first, stream::pending()))
}

fn route(request: &Request<Body>) -> Context {
    Context::current().with_label("route", request.uri().path())
}

fn app() -> Router {
    let app =
        Router::new().route("/ticks", get(ticks)).route("/text", get("a text")).route("/nothing", get(|| async {}));
    app.layer(ContextLayer::new(route))
}

async fn response(path: &str) -> Response<Body> {
    app().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

/// A server that does this, and does not end.
async fn cut_short<F: Future<Output: Send> + Send + 'static>(serves: F) -> ShutdownReport {
    let serves = async {
        let _held = serves.await;
        pending::<()>().await;
    };
    Shutdown::new().on(ready(())).serve("http", Duration::from_secs(2), |_| serves).run().await
}

fn open(report: &ShutdownReport) -> Vec<&str> {
    report.open_requests().iter().map(outlive::OpenRequest::labels).collect()
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_axum_is_open_while_it_may_be_sent() {
    let _alone = alone().await;
    let report = cut_short(async {
        let mut stream = response("/ticks").await;
        let first = stream.body_mut().frame().await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), "tick");
        stream
    })
    .await;
    assert_eq!(open(&report), ["route=/ticks"], "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_response_that_has_been_sent_or_let_go_is_not_open() {
    let _alone = alone().await;
    let report = cut_short(async {
        drop(response("/ticks").await);
        let text = response("/text").await.into_body();
        assert_eq!(http_body::Body::size_hint(&text).exact(), Some(6), "its length is known as before");
        assert_eq!(text.collect().await.unwrap().to_bytes(), "a text");
        response("/nothing").await
    })
    .await;
    assert_eq!(open(&report), [""; 0], "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_response_of_tonic_is_open_while_it_may_be_sent() {
    let _alone = alone().await;
    let report = cut_short(async {
        let service = ServiceBuilder::new().layer(ContextLayer::new(route)).service_fn(|_: Request<Body>| async {
            Ok::<_, Infallible>(Response::new(tonic::body::Body::new(ticks().await)))
        });
        service.oneshot(Request::get("/mail.Mail/Follow").body(Body::empty()).unwrap()).await.unwrap()
    })
    .await;
    assert_eq!(open(&report), ["route=/mail.Mail/Follow"], "{report}");
}

/// The requests of a shutdown's report, as its text names them.
fn named(report: &ShutdownReport) -> Vec<String> {
    report.open_requests().iter().map(ToString::to_string).collect()
}

async fn never(_: Request<Body>) -> Body {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn one_without_labels_is_named_by_its_method_and_path() {
    let _alone = alone().await;
    let app = Router::new().fallback(never).layer(ContextLayer::new(|_: &Request<Body>| Context::root()));
    let report = cut_short(async move {
        let long = format!("/{}", "ä".repeat(400));
        for (method, uri) in [("DELETE", "/orders/7?token=secret"), ("GET", &*long), ("BREW", "*")] {
            let request = Request::builder().method(method).uri(uri).body(Body::empty()).unwrap();
            tokio::spawn(app.clone().oneshot(request));
        }
        tokio::task::yield_now().await;
    })
    .await;
    let cut = "ä".repeat(119);
    let expected = ["DELETE /orders/7 (for 2s)", &*format!("GET /{cut}… (for 2s)"), "BREW * (for 2s)"];
    assert_eq!(named(&report), expected, "{report}");
    assert_eq!(report.open_requests()[0].line(), Some("DELETE /orders/7"));
    assert!(report.to_string().contains("\nopen requests: 3: DELETE /orders/7 (for 2s), GET /ä"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn of_tonic_too_and_one_of_another_type_by_its_labels() {
    let _alone = alone().await;
    let report = cut_short(async {
        let of_tonic = ServiceBuilder::new()
            .layer(ContextLayer::new(|_: &Request<tonic::body::Body>| Context::root().with_label("user", 7)))
            .service_fn(|_: Request<tonic::body::Body>| pending::<Result<(), Infallible>>());
        let of_a_queue = ServiceBuilder::new()
            .layer(ContextLayer::new(|message: &u64| Context::root().with_label("message", message)))
            .service_fn(|_: u64| pending::<Result<(), Infallible>>());
        let unnamed = ServiceBuilder::new()
            .layer(ContextLayer::new(|(): &()| Context::root()))
            .service_fn(|()| pending::<Result<(), Infallible>>());
        let request = Request::post("/mail.Mail/Follow").body(tonic::body::Body::empty()).unwrap();
        tokio::spawn(of_tonic.oneshot(request));
        tokio::spawn(of_a_queue.oneshot(9));
        tokio::spawn(unnamed.oneshot(()));
        tokio::task::yield_now().await;
    })
    .await;
    let expected =
        ["POST /mail.Mail/Follow user=7 (for 2s)", "message=9 (for 2s)", "a request without labels (for 2s)"];
    assert_eq!(named(&report), expected, "{report}");
    assert_eq!(report.open_requests()[1].line(), None);
}
