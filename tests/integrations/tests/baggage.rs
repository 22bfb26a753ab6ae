//! The baggage of an OpenTelemetry context crosses into a detached task, whoever holds it, and whether or not a layer sees
//! the task's span.

#![allow(clippy::async_yields_async, reason = "a request ends, and its task's handle is what is left")]

use std::collections::HashMap;
use std::convert::Infallible;

use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};
use opentelemetry::trace::{Span as _, SpanContext, SpanId, TraceContextExt, TraceId, Tracer};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use outlive::{Group, TaskHandle, Tracker, detached, worker};
use outlive_integration_tests::Traces;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tracing::{info_span, instrument};
use tracing_opentelemetry::OpenTelemetrySpanExt;

static TASKS: Tracker = Tracker::unbounded("tasks");

/// What is current in a task.
#[derive(Debug, PartialEq)]
struct Seen {
    tenant: Option<String>,
    span: SpanContext,
}

fn seen() -> Seen {
    let current = Context::current();
    let tenant = current.baggage().get("tenant").map(ToString::to_string);
    Seen { tenant, span: current.span().span_context().clone() }
}

#[detached(timeout = "5s", track = TASKS)]
async fn write_audit(go: oneshot::Receiver<()>) -> [Seen; 2] {
    let before = seen();
    go.await.unwrap();
    insert();
    [before, seen()]
}

#[instrument]
fn insert() {}

fn runtime(traces: Option<&Traces>) -> Runtime {
    let traces = traces.cloned();
    let watch = move || std::mem::forget(traces.as_ref().map(Traces::watch));
    Builder::new_current_thread().enable_all().on_thread_start(watch).build().unwrap()
}

fn elsewhere<T: Send>(traces: Option<&Traces>, work: impl FnOnce() -> T + Send) -> T {
    match traces {
        Some(traces) => traces.elsewhere(work),
        None => std::thread::scope(|threads| threads.spawn(work).join().unwrap()),
    }
}

/// What the task of this call sees before an await on one thread, and behind it on another.
fn crossed(
    traces: Option<&Traces>,
    call: impl FnOnce(oneshot::Receiver<()>) -> TaskHandle<[Seen; 2]> + Send,
) -> [Seen; 2] {
    let runtime = runtime(traces);
    let (go, gone) = oneshot::channel();
    let handle = elsewhere(traces, || {
        runtime.block_on(async {
            let handle = call(gone);
            assert_eq!(Context::current().baggage().len(), 0, "the call's context ends with the call");
            yield_now().await;
            assert_eq!(Context::current().baggage().len(), 0, "a task leaves nothing behind");
            handle
        })
    });
    elsewhere(traces, || {
        go.send(()).unwrap();
        let seen = runtime.block_on(handle).unwrap();
        assert_eq!(Context::current().baggage().len(), 0, "a task leaves nothing behind");
        seen
    })
}

fn baggage() -> [KeyValue; 1] {
    [KeyValue::new("tenant", "acme")]
}

/// As the headers of a request bring it.
fn extracted() -> Context {
    let propagators: Vec<Box<dyn TextMapPropagator + Send + Sync>> =
        vec![Box::new(TraceContextPropagator::new()), Box::new(BaggagePropagator::new())];
    let headers = HashMap::from([
        ("traceparent".to_owned(), "00-00000000000000000000000000000007-0000000000000007-01".to_owned()),
        ("baggage".to_owned(), "tenant=acme".to_owned()),
    ]);
    TextMapCompositePropagator::new(propagators).extract(&headers)
}

/// A call in a request whose span has what came with it as its parent.
fn extracted_into_the_span(go: oneshot::Receiver<()>) -> TaskHandle<[Seen; 2]> {
    let span = info_span!("http_request");
    span.set_parent(extracted()).unwrap();
    span.in_scope(|| write_audit(go))
}

/// A call in a request that has attached its baggage itself.
fn attached_around_the_call(go: oneshot::Receiver<()>) -> TaskHandle<[Seen; 2]> {
    info_span!("http_request").in_scope(|| {
        let _attached = Context::current_with_baggage(baggage()).attach();
        write_audit(go)
    })
}

#[track_caller]
fn assert_crossed(seen: &[Seen; 2], span: &SpanContext) {
    for seen in seen {
        assert_eq!(seen.tenant.as_deref(), Some("acme"));
        assert_eq!((seen.span.trace_id(), seen.span.span_id()), (span.trace_id(), span.span_id()));
    }
}

#[test]
fn baggage_that_came_with_the_request_is_seen_in_its_task() {
    let traces = Traces::new();
    let seen = crossed(Some(&traces), extracted_into_the_span);
    assert_crossed(&seen, &traces.one("write_audit").span_context);
    assert_eq!(seen[0].span.trace_id(), TraceId::from(7));
}

#[test]
fn baggage_that_is_attached_around_the_call_is_seen_in_its_task() {
    let traces = Traces::new();
    let seen = crossed(Some(&traces), attached_around_the_call);
    assert_crossed(&seen, &traces.one("write_audit").span_context);
    assert_eq!(traces.one("write_audit").parent_span_id, traces.one("http_request").span_context.span_id());
}

#[test]
fn baggage_is_seen_where_no_layer_makes_a_context_current() {
    for call in [extracted_into_the_span, attached_around_the_call] {
        let traces = Traces::without_activation();
        let seen = crossed(Some(&traces), call);
        let [http_request, write_audit, insert] =
            ["http_request", "write_audit", "insert"].map(|name| traces.one(name));
        assert_crossed(&seen, &http_request.span_context);
        assert_eq!(write_audit.parent_span_id, http_request.span_context.span_id());
        assert!(write_audit.parent_span_is_remote);
        assert_eq!(insert.parent_span_id, write_audit.span_context.span_id());
    }
}

#[test]
fn a_child_sees_the_baggage_where_no_layer_makes_a_context_current() {
    #[detached(timeout = "5s", track = TASKS, span = child)]
    async fn child(go: oneshot::Receiver<()>) -> [Seen; 2] {
        let before = seen();
        go.await.unwrap();
        [before, seen()]
    }

    let traces = Traces::without_activation();
    let seen = crossed(Some(&traces), |go| {
        info_span!("http_request").in_scope(|| {
            let _attached = Context::current_with_baggage(baggage()).attach();
            child(go)
        })
    });
    assert_eq!(seen.map(|seen| seen.tenant), [Some("acme".to_owned()), Some("acme".to_owned())]);
    let (http_request, child) = (traces.one("http_request"), traces.one("child"));
    assert_eq!((child.parent_span_id, child.parent_span_is_remote), (http_request.span_context.span_id(), false));
}

#[test]
fn baggage_and_trace_are_seen_without_any_subscriber() {
    let traces = Traces::new();
    let mut caller = None;
    let seen = crossed(None, |go| {
        let span = traces.tracer().start("by_hand");
        caller = Some(span.span_context().clone());
        let _attached = Context::current_with_span(span).with_baggage(baggage()).attach();
        write_audit(go)
    });
    assert_crossed(&seen, &caller.unwrap());
    assert!(seen.iter().all(|seen| seen.span.is_remote()));
}

#[test]
fn baggage_and_trace_are_seen_where_the_layer_does_not_see_the_tasks_span() {
    for call in [extracted_into_the_span, attached_around_the_call] {
        let traces = Traces::blind_for(&["write_audit"]);
        let seen = crossed(Some(&traces), call);
        let (http_request, insert) = (traces.one("http_request"), traces.one("insert"));
        assert_crossed(&seen, &http_request.span_context);
        assert_eq!(insert.parent_span_id, http_request.span_context.span_id(), "the trace is not broken");
    }
}

#[test]
fn a_span_of_the_callers_that_the_layer_does_not_see_breaks_no_trace() {
    let traces = Traces::blind_for(&["detail"]);
    crossed(Some(&traces), |go| {
        let _request = info_span!("http_request").entered();
        info_span!("detail").in_scope(|| write_audit(go))
    });
    assert_eq!(traces.one("write_audit").parent_span_id, traces.one("http_request").span_context.span_id());
}

#[test]
fn baggage_alone_leaves_the_task_a_sampled_root() {
    let traces = Traces::new();
    let seen = crossed(Some(&traces), |go| {
        let _attached = Context::current_with_baggage(baggage()).attach();
        write_audit(go)
    });
    let write_audit = traces.one("write_audit");
    assert_crossed(&seen, &write_audit.span_context);
    assert_eq!(write_audit.parent_span_id, SpanId::INVALID);
}

#[test]
fn a_span_that_was_attached_by_hand_is_the_parent_and_ends_with_its_caller() {
    let traces = Traces::new();
    let runtime = runtime(Some(&traces));
    let _watched = traces.watch();
    runtime.block_on(async {
        let (go, gone) = oneshot::channel();
        let handle = {
            let _request = info_span!("http_request").entered();
            let span = traces.tracer().start("by_hand");
            let _attached = Context::current_with_span(span).attach();
            write_audit(gone)
        };
        yield_now().await;
        assert_eq!(traces.one("by_hand").parent_span_id, traces.one("http_request").span_context.span_id());
        go.send(()).unwrap();
        handle.await.unwrap();
    });
    let (by_hand, write_audit) = (traces.one("by_hand"), traces.one("write_audit"));
    assert_eq!(write_audit.parent_span_id, by_hand.span_context.span_id());
    assert!(write_audit.parent_span_is_remote);
}

#[test]
fn a_remote_context_that_is_attached_around_a_request_is_not_taken_for_the_request() {
    let traces = Traces::without_activation();
    crossed(Some(&traces), |go| {
        let _attached = extracted().attach();
        info_span!("http_request").in_scope(|| write_audit(go))
    });
    let (http_request, write_audit) = (traces.one("http_request"), traces.one("write_audit"));
    assert_eq!(http_request.parent_span_id, SpanId::from(7));
    assert_eq!(write_audit.parent_span_id, http_request.span_context.span_id());
}

#[test]
fn what_is_called_where_telemetry_is_suppressed_makes_no_telemetry() {
    let traces = Traces::new();
    crossed(Some(&traces), |go| {
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        write_audit(go)
    });
    assert!(traces.exported().is_empty(), "{:?}", traces.exported());
}

#[test]
fn a_worker_has_no_baggage_of_whoever_started_it() {
    static FEEDS: Tracker = Tracker::bounded("feeds", 8);

    #[worker(track = FEEDS)]
    async fn follow(seen_there: oneshot::Sender<Seen>) {
        seen_there.send(seen()).unwrap();
    }

    for traces in [Traces::new(), Traces::without_activation()] {
        let _watched = traces.watch();
        let there = runtime(Some(&traces)).block_on(async {
            let (seen_there, there) = oneshot::channel();
            let handle = {
                let _attached = extracted().attach();
                follow(seen_there)
            };
            handle.await.unwrap();
            there.await.unwrap()
        });
        assert_eq!(there.tenant, None);
        assert_ne!(there.span.trace_id(), TraceId::from(7));
    }
}

#[test]
fn the_children_of_a_group_see_what_their_spawner_sees() {
    for traces in [Traces::new(), Traces::without_activation(), Traces::blind_for(&["http_request"])] {
        let _watched = traces.watch();
        let children = runtime(Some(&traces)).block_on(async {
            let mut group: Group<Infallible, Seen> = Group::new();
            let child = async {
                yield_now().await;
                Ok(seen())
            };
            {
                let _request = info_span!("http_request").entered();
                let _attached = Context::current_with_baggage(baggage()).attach();
                assert!(group.try_spawn(child).is_ok());
            }
            group.wait().await.unwrap()
        });
        assert_eq!(children[0].tenant.as_deref(), Some("acme"));
    }
}
