//! Under OpenTelemetry a detached task is in the trace of its caller, and the caller's span ends when the caller does.

#![allow(clippy::async_yields_async, reason = "a request ends, and its task's handle is what is left")]

use std::time::Duration;

use opentelemetry::Value;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::trace::{Sampler, SpanData};
use outlive::{OwnedTracker, Singleflight, TaskHandle, TaskOwner, Tracker, detached, owned_tasks, periodic, worker};
use outlive_integration_tests::{Traces, attribute};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::sleep;
use tracing::{Instrument, Span, info_span, instrument};
use tracing_opentelemetry::OpenTelemetrySpanExt;

static TASKS: Tracker = Tracker::unbounded("tasks");

#[detached(timeout = "5s", track = TASKS)]
async fn write_audit(go: oneshot::Receiver<()>) {
    go.await.unwrap();
    insert().await;
}

#[instrument]
async fn insert() {
    yield_now().await;
}

/// A request that makes a call, and ends.
async fn request<T>(span: Span, call: impl FnOnce() -> TaskHandle<T>) -> TaskHandle<T> {
    async { call() }.instrument(span).await
}

/// Runs on any thread that drives it.
fn runtime(traces: &Traces) -> Runtime {
    let traces = traces.clone();
    let watch = move || std::mem::forget(traces.watch());
    Builder::new_current_thread().enable_all().start_paused(true).on_thread_start(watch).build().unwrap()
}

fn ids(span: &SpanData) -> (TraceId, SpanId) {
    (span.span_context.trace_id(), span.span_context.span_id())
}

fn parent(span: &SpanData) -> (TraceId, SpanId) {
    (span.span_context.trace_id(), span.parent_span_id)
}

#[tokio::test]
async fn the_callers_span_is_the_remote_parent_of_the_tasks_which_is_that_of_what_the_task_does() {
    let traces = Traces::new();
    let _watched = traces.watch();
    let (go, gone) = oneshot::channel();
    go.send(()).unwrap();
    request(info_span!("http_request"), || write_audit(gone)).await.await.unwrap();

    let [http_request, write_audit, insert] = ["http_request", "write_audit", "insert"].map(|name| traces.one(name));
    assert_eq!(http_request.parent_span_id, SpanId::INVALID);
    assert_eq!(parent(&write_audit), ids(&http_request));
    assert!(write_audit.parent_span_is_remote);
    assert_eq!(parent(&insert), ids(&write_audit));
    assert!(!insert.parent_span_is_remote);
    assert!(write_audit.links.is_empty(), "a parent needs no link beside it: {:?}", write_audit.links);
}

#[tokio::test]
async fn the_requests_span_is_exported_while_its_task_still_waits() {
    let traces = Traces::new();
    let _watched = traces.watch();
    let (go, gone) = oneshot::channel();
    let handle = request(info_span!("http_request"), || write_audit(gone)).await;
    yield_now().await;
    assert!(!handle.is_finished());
    let exported: Vec<_> = traces.exported().into_iter().map(|span| span.name).collect();
    assert_eq!(exported, ["http_request"]);
    go.send(()).unwrap();
    handle.await.unwrap();
    let exported: Vec<_> = traces.exported().into_iter().map(|span| span.name).collect();
    assert_eq!(exported, ["http_request", "insert", "write_audit"]);
}

#[test]
fn what_a_task_does_after_an_await_on_another_thread_is_in_its_trace() {
    let traces = Traces::new();
    let runtime = runtime(&traces);
    let (go, gone) = oneshot::channel();
    let handle = traces.elsewhere(|| {
        runtime.block_on(async {
            let handle = request(info_span!("http_request"), || write_audit(gone)).await;
            yield_now().await;
            handle
        })
    });
    traces.elsewhere(|| {
        go.send(()).unwrap();
        runtime.block_on(handle).unwrap();
    });
    let [http_request, write_audit, insert] = ["http_request", "write_audit", "insert"].map(|name| traces.one(name));
    assert_eq!(parent(&write_audit), ids(&http_request));
    assert_eq!(parent(&insert), ids(&write_audit));
    let thread = |span| attribute(span, "thread.id").unwrap();
    assert_ne!(thread(&insert), thread(&write_audit), "it went on elsewhere");
}

#[tokio::test]
async fn a_task_of_a_task_has_its_callers_task_as_its_parent() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn outer(gone: oneshot::Receiver<()>) -> TaskHandle<()> {
        yield_now().await;
        write_audit(gone)
    }

    let traces = Traces::new();
    let _watched = traces.watch();
    let (go, gone) = oneshot::channel();
    let handle = request(info_span!("http_request"), || outer(gone)).await.await.unwrap();
    go.send(()).unwrap();
    handle.await.unwrap();
    assert_eq!(parent(&traces.one("outer")), ids(&traces.one("http_request")));
    assert_eq!(parent(&traces.one("write_audit")), ids(&traces.one("outer")));
}

#[tokio::test]
async fn a_task_that_nobodys_span_called_is_the_root_of_a_trace() {
    let traces = Traces::new();
    let _watched = traces.watch();
    let (go, gone) = oneshot::channel();
    go.send(()).unwrap();
    write_audit(gone).await.unwrap();
    let write_audit = traces.one("write_audit");
    assert_eq!((write_audit.parent_span_id, write_audit.parent_span_is_remote), (SpanId::INVALID, false));
    assert_eq!(parent(&traces.one("insert")), ids(&write_audit));
}

#[tokio::test]
async fn where_the_layer_cannot_be_found_the_task_is_a_root_with_a_link_to_its_caller() {
    let traces = Traces::reloadable();
    let _watched = traces.watch();
    let (go, gone) = oneshot::channel();
    go.send(()).unwrap();
    request(info_span!("http_request"), || write_audit(gone)).await.await.unwrap();
    assert_apart(&traces.one("write_audit"), &traces.one("http_request"));
}

// Sampling.

#[detached(timeout = "5s", track = TASKS)]
async fn sees() -> SpanContext {
    yield_now().await;
    opentelemetry::Context::current().span().span_context().clone()
}

/// As a propagator makes it of a request's headers.
fn remote(flags: TraceFlags) -> opentelemetry::Context {
    let span = SpanContext::new(TraceId::from(7), SpanId::from(7), flags, true, TraceState::default());
    opentelemetry::Context::new().with_remote_span_context(span)
}

#[tokio::test]
async fn the_task_of_an_unsampled_request_is_not_sampled() {
    let traces = Traces::sampled(Sampler::ParentBased(Box::new(Sampler::AlwaysOff)));
    let _watched = traces.watch();
    let span = info_span!("http_request");
    let caller = span.context().span().span_context().clone();
    let seen = request(span, sees).await.await.unwrap();
    assert!(!seen.is_sampled());
    assert_eq!(seen.trace_id(), caller.trace_id());
    assert_ne!(seen.span_id(), caller.span_id());
    assert!(traces.exported().is_empty(), "{:?}", traces.exported());
}

#[tokio::test]
async fn the_task_of_a_request_that_was_sampled_elsewhere_is_sampled() {
    let traces = Traces::sampled(Sampler::ParentBased(Box::new(Sampler::AlwaysOff)));
    let _watched = traces.watch();
    let span = info_span!("http_request");
    span.set_parent(remote(TraceFlags::SAMPLED)).unwrap();
    assert!(request(span, sees).await.await.unwrap().is_sampled());
    assert_eq!(traces.one("sees").span_context.trace_id(), TraceId::from(7));
    assert_eq!(parent(&traces.one("sees")), ids(&traces.one("http_request")));
}

#[tokio::test]
async fn the_task_of_a_request_that_was_not_sampled_elsewhere_is_not() {
    let traces = Traces::new();
    let _watched = traces.watch();
    let span = info_span!("http_request");
    span.set_parent(remote(TraceFlags::default())).unwrap();
    let seen = request(span, sees).await.await.unwrap();
    assert_eq!((seen.is_sampled(), seen.trace_id()), (false, TraceId::from(7)));
    assert!(traces.exported().is_empty(), "{:?}", traces.exported());
}

#[tokio::test]
async fn a_trace_of_a_ratio_is_sampled_whole_or_not_at_all() {
    let traces = Traces::sampled(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(0.5))));
    let _watched = traces.watch();
    let mut sampled = 0;
    for _ in 0..64 {
        let seen = request(info_span!("http_request"), sees).await.await.unwrap();
        let of_trace = traces.exported().into_iter().filter(|span| span.span_context.trace_id() == seen.trace_id());
        let names: Vec<_> = of_trace.map(|span| span.name).collect();
        let whole: &[&str] = if seen.is_sampled() { &["http_request", "sees"] } else { &[] };
        assert_eq!(names, whole);
        sampled += usize::from(seen.is_sampled());
    }
    assert!((1..64).contains(&sampled), "both happen: {sampled}");
}

// What kind of task.

#[tokio::test]
async fn a_child_is_one_of_this_process_and_keeps_the_requests_span_open() {
    #[detached(timeout = "5s", track = TASKS, span = child)]
    async fn child(go: oneshot::Receiver<()>) {
        go.await.unwrap();
    }

    let traces = Traces::new();
    let _watched = traces.watch();
    let (go, gone) = oneshot::channel();
    let handle = request(info_span!("http_request"), || child(gone)).await;
    yield_now().await;
    assert!(traces.exported().is_empty(), "{:?}", traces.exported());
    go.send(()).unwrap();
    handle.await.unwrap();
    let (http_request, child) = (traces.one("http_request"), traces.one("child"));
    assert_eq!(parent(&child), ids(&http_request));
    assert!(!child.parent_span_is_remote && child.links.is_empty());
}

#[test]
fn what_a_blocking_task_does_on_its_thread_is_in_its_trace() {
    #[detached(timeout = "5s", track = TASKS, blocking)]
    fn hash() {
        info_span!("rounds").in_scope(|| ());
    }

    let traces = Traces::new();
    let runtime = runtime(&traces);
    let _watched = traces.watch();
    runtime.block_on(async { request(info_span!("http_request"), hash).await.await }).unwrap();
    let (http_request, hash, rounds) = (traces.one("http_request"), traces.one("hash"), traces.one("rounds"));
    assert_eq!(parent(&hash), ids(&http_request));
    assert!(hash.parent_span_is_remote);
    assert_eq!(parent(&rounds), ids(&hash));
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s")]
    async fn store(&self) {
        insert().await;
    }

    #[periodic(every = "1s", timeout = "500ms")]
    async fn refresh(&self) {
        insert().await;
    }
}

#[tokio::test]
async fn a_services_method_is_in_the_trace_of_its_caller() {
    let traces = Traces::new();
    let _watched = traces.watch();
    let server = Server { tasks: OwnedTracker::bounded("server", 8) };
    request(info_span!("http_request"), || server.store()).await.await.unwrap();
    let store = traces.one("store");
    assert_eq!(parent(&store), ids(&traces.one("http_request")));
    assert_eq!(parent(&traces.one("insert")), ids(&store));
}

/// A root of a trace of its own that says what started it.
#[track_caller]
fn assert_apart(span: &SpanData, from: &SpanData) {
    assert_eq!((span.parent_span_id, span.parent_span_is_remote), (SpanId::INVALID, false), "{span:#?}");
    assert_ne!(span.span_context.trace_id(), from.span_context.trace_id());
    let links: Vec<_> = span.links.iter().map(|link| link.span_context.span_id()).collect();
    assert_eq!(links, [from.span_context.span_id()]);
}

#[tokio::test(start_paused = true)]
async fn each_run_of_a_loop_is_a_trace_of_its_own_with_a_link_to_what_started_it() {
    let traces = Traces::new();
    let _watched = traces.watch();
    let server = Server { tasks: OwnedTracker::bounded("server", 8) };
    let handle = request(info_span!("startup"), || server.refresh()).await;
    let startup = traces.one("startup");
    sleep(Duration::from_millis(2_500)).await;
    drop(server.shutdown().await);
    drop(handle.await);

    let mut spans = traces.named("refresh");
    // The loop's own ends last.
    let own = spans.pop().unwrap();
    assert_eq!(spans.len(), 2, "{spans:#?}");
    assert_apart(&own, &startup);
    for run in &spans {
        assert_apart(run, &own);
    }
    assert_ne!(spans[0].span_context.trace_id(), spans[1].span_context.trace_id());
    let inserts = traces.named("insert");
    assert_eq!(inserts.iter().map(parent).collect::<Vec<_>>(), spans.iter().map(ids).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_worker_is_a_trace_of_its_own_with_a_link_to_what_started_it() {
    static FEEDS: Tracker = Tracker::bounded("feeds", 8);

    #[worker(track = FEEDS)]
    async fn follow() {
        insert().await;
    }

    let traces = Traces::new();
    let _watched = traces.watch();
    request(info_span!("startup"), follow).await.await.unwrap();
    let follow = traces.one("follow");
    assert_apart(&follow, &traces.one("startup"));
    assert_eq!(parent(&traces.one("insert")), ids(&follow));
}

#[tokio::test]
async fn the_work_of_a_singleflight_is_a_trace_of_its_own_with_a_link_to_its_first_caller() {
    static PRICES: Singleflight<&str, u32> = Singleflight::new("prices", &TASKS, Duration::from_secs(5));

    let traces = Traces::new();
    let _watched = traces.watch();
    let fetch = || async {
        insert().await;
        1
    };
    let first = PRICES.run("key", fetch()).instrument(info_span!("first"));
    let second = PRICES.run("key", fetch()).instrument(info_span!("second"));
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.unwrap().value, second.unwrap().value), (1, 1));
    let prices = traces.one("prices");
    assert_apart(&prices, &traces.one("first"));
    assert_eq!(parent(&traces.one("insert")), ids(&prices));
}

// What its span says.

#[tokio::test]
async fn the_span_has_the_functions_name_module_and_place() {
    let traces = Traces::new();
    let _watched = traces.watch();
    let site = sees().site();
    yield_now().await;
    yield_now().await;
    let span = traces.one("sees");
    let of = |key| attribute(&span, key);
    assert_eq!(of("code.file.path"), Some(Value::from(file!())));
    assert_eq!(of("code.line.number"), Some(Value::from(i64::from(site.line()))));
    assert_eq!(of("code.module.name"), Some(Value::from(module_path!())));
    assert_eq!(of("target"), Some(Value::from(module_path!())));
    assert_eq!(of("tracker"), Some(Value::from("tasks")));
    assert_eq!(of("labels"), None);
}

#[tokio::test]
async fn the_requests_labels_are_an_attribute_of_the_tasks_span() {
    let traces = Traces::new();
    let _watched = traces.watch();
    let context = outlive::Context::root().with_label("request", "a1b2");
    context.scope(async { sees() }).await.unwrap().await.unwrap();
    assert_eq!(attribute(&traces.one("sees"), "labels"), Some(Value::from("request=a1b2")));
}
