//! What a service exports by OTLP has its tasks in the traces of their callers.

use std::future::pending;

use opentelemetry::trace::TracerProvider;
use outlive::{TaskError, Tracker, detached};
use outlive_integration_tests::{Receiver, exporting_to};
use tokio::runtime::Builder;
use tokio::task::yield_now;
use tracing::{Dispatch, dispatcher, info_span, instrument};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;

static TASKS: Tracker = Tracker::unbounded("tasks");

#[detached(timeout = "5s", track = TASKS)]
async fn write_audit() {
    yield_now().await;
    insert().await;
    pending::<()>().await;
}

#[instrument]
async fn insert() {
    yield_now().await;
}

#[test]
fn the_spans_of_a_request_and_its_task_arrive_as_one_trace() {
    let receiver = Receiver::start();
    let provider = exporting_to(&receiver.endpoint());
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
    let dispatch = Dispatch::new(Registry::default().with(layer));
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    dispatcher::with_default(&dispatch, || {
        let handle = {
            let _entered = runtime.enter();
            info_span!("http_request").in_scope(write_audit)
        };
        provider.force_flush().unwrap();
        let ended: Vec<_> = receiver.spans().into_iter().map(|span| span.name).collect();
        assert_eq!(ended, ["http_request"]);
        assert!(matches!(runtime.block_on(handle), Err(TaskError::TimedOut { .. })));
    });
    provider.shutdown().unwrap();

    let [http_request, write_audit, insert] = ["http_request", "write_audit", "insert"].map(|name| receiver.one(name));
    assert_eq!(receiver.spans().len(), 3);
    assert_eq!([&write_audit.trace, &insert.trace], [&http_request.trace; 2]);
    assert_eq!((http_request.trace.len(), &*http_request.parent), (32, ""));
    assert_eq!([&write_audit.parent, &insert.parent], [&http_request.id, &write_audit.id]);
    assert_eq!(write_audit.status, "timed out after 5s");
    // What says of a parent that it is another process's.
    let is_remote = |flags: &serde_json::Value| flags.as_u64().unwrap() & 0x200 != 0;
    assert!(is_remote(&write_audit.raw["flags"]) && !is_remote(&insert.raw["flags"]), "{write_audit:#?}");
}
