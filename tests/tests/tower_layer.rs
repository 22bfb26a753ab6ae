//! Under the tower layer, all code of a request runs in the request's context.

use std::cell::Cell;
use std::convert::Infallible;
use std::fmt::Debug;
use std::future::{Future, Ready, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{self, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{self, State};
use axum::http::StatusCode;
use axum::routing::post;
use outlive::{CancelCause, CancelSource, Context, ContextFuture, ContextLayer, ContextService, TaskHandle};
use outlive::{Tracker, detached};
use outlive_tests::Trace;
use tokio::sync::{Barrier, mpsc};
use tokio::task::yield_now;
use tokio::time::sleep_until;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};
use tracing::{Instrument, info_span};

static TASKS: Tracker = Tracker::unbounded("tasks");

/// Whose request it is.
struct Request(u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct UserId(u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tenant(&'static str);

fn of_request(request: &Request) -> Context {
    Context::root().with(UserId(request.0)).with_label("request", request.0)
}

fn user() -> Option<UserId> {
    Context::current().get().copied()
}

/// The user and the labels that a task knows.
#[detached(timeout = "5s", track = TASKS)]
async fn known() -> (Option<UserId>, String) {
    yield_now().await;
    let labels = format!("{:?}", Context::current());
    (user(), labels.split("labels: ").nth(1).unwrap().split(',').next().unwrap().to_owned())
}

type Known = TaskHandle<(Option<UserId>, String)>;

/// Knows nothing of contexts.
async fn handler(_: Request) -> Result<Known, Infallible> {
    yield_now().await;
    Ok(known().admitted().unwrap())
}

async fn poll_once<F: Future>(future: &mut Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

// What crosses.

#[tokio::test(start_paused = true)]
async fn values_and_labels_cross_into_what_a_handler_detaches() {
    let service = ServiceBuilder::new().layer(ContextLayer::new(of_request)).service_fn(handler);
    let task = service.oneshot(Request(7)).await.unwrap();
    assert_eq!(task.await.unwrap(), (Some(UserId(7)), "request=7".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn without_the_layer_there_are_none() {
    let task = service_fn(handler).oneshot(Request(7)).await.unwrap();
    assert_eq!(task.await.unwrap(), (None, String::new()));
}

#[tokio::test(start_paused = true)]
async fn the_tasks_span_is_linked_to_the_requests() {
    let trace = Trace::record();
    let service = ServiceBuilder::new().layer(ContextLayer::new(of_request)).service_fn(handler);
    let task = service.oneshot(Request(7)).instrument(info_span!("request")).await.unwrap();
    task.await.unwrap();
    let spans = trace.spans();
    let task = spans.iter().find(|span| span.fields.contains_key("labels")).unwrap();
    assert_eq!(task.fields["labels"], "request=7");
    assert_eq!(task.follows.iter().map(|&of| spans[of].name).collect::<Vec<_>>(), ["request"]);
}

#[tokio::test(start_paused = true)]
async fn requests_that_are_handled_at_once_do_not_see_each_other() {
    let barrier = Barrier::new(2);
    let service = ServiceBuilder::new().layer(ContextLayer::new(of_request)).service_fn(async |request: Request| {
        assert_eq!(user(), Some(UserId(request.0)));
        barrier.wait().await;
        assert_eq!(user(), Some(UserId(request.0)), "the other one has run meanwhile");
        handler(request).await
    });
    let (first, second) = tokio::join!(service.clone().oneshot(Request(1)), service.oneshot(Request(2)));
    assert_eq!(first.unwrap().await.unwrap().0, Some(UserId(1)));
    assert_eq!(second.unwrap().await.unwrap().0, Some(UserId(2)));
    assert_eq!(user(), None, "nor does who comes after them");
}

// Where the context is in scope: in the call, in the polls, in the drop. Nowhere else.

#[tokio::test(start_paused = true)]
async fn the_context_is_in_scope_before_there_is_a_future() {
    let mut service = ServiceBuilder::new().layer(ContextLayer::new(of_request)).service_fn(|_: Request| {
        let task = known();
        async { Ok::<_, Infallible>(task) }
    });
    let future = service.ready().await.unwrap().call(Request(7));
    assert_eq!(user(), None, "between the call and the first poll it is not");
    assert_eq!(future.await.unwrap().await.unwrap().0, Some(UserId(7)));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_panics_leaves_no_context_behind() {
    let mut service = ContextLayer::new(of_request)
        .layer(service_fn(|_: Request| -> Ready<Result<(), ()>> { panic!("a service is broken") }));
    assert!(catch_unwind(AssertUnwindSafe(|| drop(service.call(Request(7))))).is_err());
    assert_eq!(user(), None);
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_client_hangs_up_is_dropped_in_its_context() {
    struct OnDrop(Rc<Cell<Option<Known>>>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.0.set(Some(known()));
        }
    }

    let cleaned_up = Rc::new(Cell::new(None));
    let mut service = ServiceBuilder::new().layer(ContextLayer::new(of_request)).service_fn(async |_: Request| {
        let _guard = OnDrop(Rc::clone(&cleaned_up));
        pending::<Result<(), Infallible>>().await
    });
    let mut future = Box::pin(service.ready().await.unwrap().call(Request(7)));
    assert!(poll_once(&mut future.as_mut()).await.is_pending());
    drop(future);
    assert_eq!(user(), None);
    let cleaning_up = cleaned_up.take().expect("the handler has been dropped");
    assert_eq!(cleaning_up.await.unwrap(), (Some(UserId(7)), "request=7".to_owned()));
}

// Layers above and below.

#[tokio::test(start_paused = true)]
async fn a_layer_below_builds_on_the_context_of_the_one_above() {
    let tenant = |_: &Request| Context::root().with(Tenant("acme")).with_label("tenant", "acme");
    let and_user = |request: &Request| Context::current().with(UserId(request.0)).with_label("request", request.0);
    let service = ServiceBuilder::new().layer(ContextLayer::new(tenant)).layer(ContextLayer::new(and_user)).service_fn(
        async |request: Request| {
            assert_eq!(Context::current().get(), Some(&Tenant("acme")));
            handler(request).await
        },
    );
    let task = service.oneshot(Request(7)).await.unwrap();
    assert_eq!(task.await.unwrap(), (Some(UserId(7)), "tenant=acme request=7".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_layer_below_that_starts_anew_takes_the_place_of_the_one_above() {
    let tenant = |_: &Request| Context::root().with(Tenant("acme"));
    let service = ServiceBuilder::new()
        .layer(ContextLayer::new(tenant))
        .layer(ContextLayer::new(of_request))
        .service_fn(async |request: Request| {
            assert_eq!(Context::current().get::<Tenant>(), None);
            handler(request).await
        });
    let task = service.oneshot(Request(7)).await.unwrap();
    assert_eq!(task.await.unwrap(), (Some(UserId(7)), "request=7".to_owned()));
}

// A context with an end: seen, and left to the handler.

#[tokio::test(start_paused = true)]
async fn a_handler_sees_its_deadline_pass_and_answers() {
    let in_time = |_: &Request| Context::root().with_timeout(Duration::from_secs(1));
    let service = ServiceBuilder::new().layer(ContextLayer::new(in_time)).service_fn(async |_: Request| {
        let deadline = Context::current().deadline().expect("the layer has set it");
        sleep_until(deadline + Duration::from_secs(1)).await;
        Ok::<_, Infallible>(Context::current().cause())
    });
    assert!(matches!(service.oneshot(Request(7)).await.unwrap(), Some(CancelCause::Timeout)));
}

#[tokio::test(start_paused = true)]
async fn a_handler_whose_context_is_cancelled_beforehand_is_still_called() {
    let source = CancelSource::new();
    source.cancel(CancelCause::Requested);
    let of_source = |_: &Request| Context::root().with_cancel(&source);
    let service = ServiceBuilder::new()
        .layer(ContextLayer::new(of_source))
        .service_fn(async |_: Request| Ok::<_, Infallible>(Context::current().cause()));
    assert!(matches!(service.oneshot(Request(7)).await.unwrap(), Some(CancelCause::Requested)));
}

// A service like any other.

#[tokio::test(start_paused = true)]
async fn it_is_a_layer_of_axums_router() {
    async fn order(State(tasks): State<mpsc::Sender<Known>>) -> StatusCode {
        let task = known();
        tasks.try_send(task).unwrap();
        StatusCode::ACCEPTED
    }

    fn of_http(request: &extract::Request) -> Context {
        of_request(&Request(request.headers()["user"].to_str().unwrap().parse().unwrap()))
    }

    let (tasks, mut started) = mpsc::channel(2);
    let app = Router::new().route("/orders", post(order)).with_state(tasks).layer(ContextLayer::new(of_http));
    for user in [7, 8] {
        let request = extract::Request::post("/orders").header("user", user).body(Body::empty()).unwrap();
        assert_eq!(app.clone().oneshot(request).await.unwrap().status(), StatusCode::ACCEPTED);
        assert_eq!(started.recv().await.unwrap().await.unwrap().0, Some(UserId(user)));
    }
}

/// Takes a request only after it has said that it is ready, at its second asking.
#[derive(Clone, Default)]
struct Strict {
    asked: Arc<AtomicUsize>,
}

impl Service<Request> for Strict {
    type Response = ();
    type Error = &'static str;
    type Future = Ready<Result<(), &'static str>>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Self::Error>> {
        match self.asked.fetch_add(1, Ordering::Relaxed) {
            0 => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            1 => Poll::Ready(Ok(())),
            _ => Poll::Ready(Err("closed")),
        }
    }

    fn call(&mut self, _: Request) -> Self::Future {
        assert_eq!(self.asked.load(Ordering::Relaxed), 2, "called before it was ready");
        ready(Ok(()))
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_ready_when_the_service_below_is_and_fails_as_that_does() {
    let inner = Strict::default();
    let mut service = ContextLayer::new(of_request).layer(inner.clone());
    let mut ready = pin!(service.ready());
    assert!(poll_once(&mut ready).await.is_pending());
    ready.await.unwrap().call(Request(7)).await.unwrap();
    assert_eq!(inner.asked.load(Ordering::Relaxed), 2);
    assert_eq!(service.ready().await.err(), Some("closed"));
}

#[tokio::test(start_paused = true)]
async fn the_function_is_asked_once_for_each_request() {
    let asked = Mutex::new(Vec::new());
    let note = |request: &Request| {
        asked.lock().unwrap().push(request.0);
        of_request(request)
    };
    let layer = ContextLayer::new(note);
    let services = [layer.layer(service_fn(handler)), layer.layer(service_fn(handler))];
    for (service, request) in services.into_iter().zip([1, 2]) {
        service.clone().oneshot(Request(request)).await.unwrap();
        service.oneshot(Request(request)).await.unwrap();
    }
    assert_eq!(*asked.lock().unwrap(), [1, 1, 2, 2]);
}

#[test]
fn it_is_what_a_server_asks_for() {
    fn server<S>(service: &S)
    where
        S: Service<Request, Error = Infallible, Future: Send + 'static> + Clone + Debug + Send + Sync + 'static,
    {
        let name = format!("{:?}", service.clone());
        assert!(name.starts_with("ContextService { inner: "), "{name}");
    }
    fn unpin<F: Unpin>(_: Option<ContextFuture<F>>) {}

    let layer = ContextLayer::new(of_request);
    let service: ContextService<_, _, _> = layer.layer(service_fn(handler));
    server(&service);
    unpin::<Ready<()>>(None);
    assert!(format!("{layer:?}").starts_with("ContextLayer { context_of: "), "{layer:?}");
}
