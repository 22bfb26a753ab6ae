//! The page answers while every place and every turn is taken, while all workers are busy, and in a drain.

use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use http::{Request, StatusCode};
use outlive::{StatusPage, Tracker, detached};
use outlive_integration_tests::{Element, send, serve};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::yield_now;

static BUSY: Tracker = Tracker::bounded("busy", 1_000).queue(50_000);
static GO_ON: Notify = Notify::const_new();
static STOP: AtomicBool = AtomicBool::new(false);

#[detached(timeout = "15s", track = BUSY)]
async fn waits() {
    GO_ON.notified().await;
}

/// Takes whatever time a worker has.
#[detached(timeout = "15s", track = BUSY)]
async fn spins() {
    while !STOP.load(Relaxed) {
        yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_answers_when_nothing_else_is_admitted_and_while_it_drains() {
    let at = serve(StatusPage::router("/debug/tasks")).await;
    let page = async || {
        let response = send(at, Request::get("/debug/tasks")).await;
        assert_eq!(response.status(), StatusCode::OK);
        Element::parse(response.body())
    };
    for _ in 0..8 {
        drop(spins());
    }
    for _ in 0..50_992 {
        drop(waits());
    }
    assert!(waits().admitted().is_err());
    let shown = page().await;
    let (row, cells) = shown.row("trackers", "busy");
    assert_eq!((row.attribute("class"), &*cells["State"]), ("urgent", "full"));
    assert_eq!((&*cells["Places taken"], &*cells["Waiting"]), ("1,000 of 1,000", "50,000 of 50,000"));
    for _ in 0..20 {
        let json = send(at, Request::get("/debug/tasks/status.json")).await.into_body();
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["trackers"][0]["queued"], 50_000);
    }

    let draining = tokio::spawn(BUSY.drain());
    while !BUSY.is_draining() {
        yield_now().await;
    }
    let shown = page().await;
    let (row, cells) = shown.row("trackers", "busy");
    assert_eq!(row.attribute("class"), "notice");
    assert!(cells["State"].starts_with("drainingfor "), "{}", cells["State"]);

    STOP.store(true, Relaxed);
    let release = tokio::spawn(async {
        loop {
            GO_ON.notify_waiters();
            yield_now().await;
        }
    });
    let report = draining.await.unwrap();
    release.abort();
    let shown = page().await;
    let (_, cells) = shown.row("trackers", "busy");
    assert!(report.is_clean(), "{report}");
    assert!(
        cells["State"].starts_with("drainedin ") && cells["State"].contains(": 51,000 ended"),
        "{}",
        cells["State"]
    );
}

#[tokio::test]
async fn a_request_waits_for_nothing() {
    use std::task::{Context, Poll, Waker};
    use tower::Service;

    let mut service = StatusPage::new();
    let context = &mut Context::from_waker(Waker::noop());
    assert!(matches!(Service::<Request<()>>::poll_ready(&mut service, context), Poll::Ready(Ok(()))));
    let body = async { pending::<()>().await }; // is never looked at
    let response = Box::pin(service.call(Request::get("/").body(body).unwrap()));
    assert!(matches!({ response }.as_mut().poll(context), Poll::Ready(Ok(_))));
}
