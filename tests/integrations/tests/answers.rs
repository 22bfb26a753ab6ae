//! What a client is told of a call that gave no value: a status that says whether it may be repeated, and no internals.

use std::future::pending;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::BodyExt;
use outlive::{CancelCause, OwnedTracker, Refused, Rejected, TaskError, TaskOwner, Tracker, detached, owned_tasks};
use tokio::runtime::Runtime;
use tonic::{Code, Status};
use tower::ServiceExt;

static ORDERS: Tracker = Tracker::bounded("secret-orders", 64);
static FULL: Tracker = Tracker::bounded("secret-full", 1);
static DRAINED: Tracker = Tracker::bounded("secret-drained", 1);

#[detached(timeout = "5s", track = ORDERS)]
async fn secret_order(what: String) -> u64 {
    match what.as_str() {
        "panics" => panic!("the secret is 42"),
        "hangs" => pending().await,
        _ => 7,
    }
}

#[detached(timeout = "5s", track = FULL)]
async fn secret_audit() {
    pending::<()>().await;
}

#[detached(timeout = "5s", track = DRAINED)]
async fn secret_mail() {}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[outlive::worker]
    async fn secret_loop(&self) {
        pending::<()>().await;
    }

    #[detached(timeout = "5s")]
    async fn secret_answer(&self) {}
}

/// What a service's handler returns is the error as it came.
async fn order(Path(what): Path<String>) -> Result<StatusCode, TaskError> {
    let handle = secret_order(what.clone());
    if what == "aborts" {
        handle.abort(CancelCause::Requested);
    }
    handle.await.map(|_| StatusCode::CREATED)
}

async fn audit() -> Result<StatusCode, Rejected> {
    secret_audit().admitted()?;
    Ok(StatusCode::ACCEPTED)
}

async fn mail() -> Result<StatusCode, Refused> {
    let mut handle = secret_mail();
    handle.refused().map_or(Ok(StatusCode::ACCEPTED), Err)
}

async fn asked(path: &str) -> Told {
    let router =
        Router::new().route("/order/{what}", post(order)).route("/audit", post(audit)).route("/mail", post(mail));
    told(router.oneshot(Request::post(path).body(Body::empty()).unwrap()).await.unwrap()).await
}

#[derive(Debug, PartialEq)]
struct Told {
    status: u16,
    retry_after: Option<String>,
    text: String,
}

async fn told(response: Response) -> Told {
    let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (status, retry_after) = (response.status().as_u16(), header(RETRY_AFTER));
    assert!(header(CONTENT_TYPE).is_none_or(|kind| kind.starts_with("text/plain")));
    let text = String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap();
    assert!(text.len() < 80 && !text.contains("secret") && !text.contains("42") && !text.contains(".rs"), "{text}");
    Told { status, retry_after, text }
}

fn is(status: u16, retry_after: Option<&str>, text: &str) -> Told {
    Told { status, retry_after: retry_after.map(str::to_owned), text: text.to_owned() }
}

/// The code of gRPC, of what names no internals either.
fn code(error: impl Into<Status>) -> Code {
    let status = error.into();
    assert!(!status.message().is_empty() && !status.message().contains("secret"), "{status}");
    status.code()
}

#[tokio::test(start_paused = true)]
async fn what_a_client_may_repeat_is_503_with_retry_after() {
    assert_eq!(asked("/audit").await.status, 202);
    assert_eq!(asked("/audit").await, is(503, Some("1"), "the service is busy: try again later"));
    assert_eq!(code(secret_audit().admitted().unwrap_err()), Code::Unavailable);

    assert!(DRAINED.drain().await.is_clean());
    assert_eq!(asked("/mail").await, is(503, Some("1"), "the service is shutting down: try again"));
    assert_eq!(code(secret_mail().refused().unwrap()), Code::Unavailable);
    // As one that awaits it says it.
    let awaited = secret_mail().await.unwrap_err();
    assert_eq!(told(awaited.into_response()).await.retry_after.as_deref(), Some("1"));

    let server = Server { tasks: OwnedTracker::bounded("secret-server", 1) };
    assert!(server.shutdown().await.is_clean());
    assert_eq!(code(server.secret_answer().await.unwrap_err()), Code::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_done_in_part_says_nothing_of_a_repetition() {
    assert_eq!(asked("/order/books").await.status, 201);
    assert_eq!(asked("/order/hangs").await, is(504, None, "it took too long"));
    assert_eq!(asked("/order/aborts").await, is(503, None, "it was ended before it was done"));
    assert_eq!(code(secret_order("hangs".to_owned()).await.unwrap_err()), Code::DeadlineExceeded);
    let aborted = secret_order("hangs".to_owned());
    tokio::time::advance(Duration::from_secs(1)).await;
    aborted.abort(CancelCause::Requested);
    assert_eq!(code(aborted.await.unwrap_err()), Code::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn what_is_the_programs_own_mistake_is_500_and_names_nothing() {
    assert_eq!(asked("/order/panics").await, is(500, None, "internal error"));
    assert_eq!(code(secret_order("panics".to_owned()).await.unwrap_err()), Code::Internal);
}

#[tokio::test]
async fn a_loop_that_runs_already_is_a_conflict() {
    let server = Server { tasks: OwnedTracker::bounded("secret-loops", 4) };
    server.secret_loop();
    let again = server.secret_loop().refused().unwrap();
    assert_eq!(code(again), Code::AlreadyExists);
    assert_eq!(told(again.into_response()).await, is(409, None, "it is running already"));
    assert!(server.shutdown().await.is_clean());
}

#[test]
fn a_call_outside_a_runtime_and_a_task_that_went_with_its_runtime() {
    let no_runtime = secret_order("books".to_owned()).admitted().unwrap_err();
    assert_eq!(code(no_runtime), Code::Internal);
    let runtime = Runtime::new().unwrap();
    let entered = runtime.enter();
    let lost = secret_order("hangs".to_owned());
    drop(entered);
    drop(runtime);
    let (lost, no_runtime) = Runtime::new().unwrap().block_on(async {
        (told(lost.await.unwrap_err().into_response()).await, told(no_runtime.into_response()).await)
    });
    assert_eq!(lost, is(503, None, "it was ended before it was done"));
    assert_eq!(no_runtime, is(500, None, "internal error"));
}
