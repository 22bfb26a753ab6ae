//! One trace, from the request over the queue to the worker in another process, by OpenTelemetry's SDK.

mod support;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;

use apalis_core::task::metadata::{Metadata as _, MetadataStore, TracingContext};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TracerProvider as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SdkTracerProvider, SpanData};
use outlive::Tracker;
use outlive_durable::{Jobs, Queue, Spill, durable};
use support::{Database, until};
use tracing::{Instrument as _, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

static JOBS: Tracker = Tracker::bounded("traced", 8);

#[tracing::instrument]
async fn insert() {
    tokio::task::yield_now().await;
}

#[durable(timeout = "5s", track = JOBS)]
async fn write_audit(#[state] _db: Db, event: String) {
    let _ = event;
    insert().await;
}

#[derive(Clone)]
struct Db;

/// Spans of the whole process, from now on.
fn exported(sampler: Sampler) -> InMemorySpanExporter {
    let exporter = InMemorySpanExporter::default();
    let sampler = Sampler::ParentBased(Box::new(sampler));
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).with_sampler(sampler).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
    let levels = tracing_subscriber::filter::LevelFilter::INFO;
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer).with(levels)).unwrap();
    exporter
}

/// What is compared of a span, as a line.
#[derive(Debug)]
struct Told {
    name: String,
    trace: String,
    id: String,
    parent: String,
    is_remote: bool,
    state: String,
}

impl Told {
    fn line(span: &SpanData) -> String {
        let (context, parent) = (&span.span_context, span.parent_span_id);
        let state = context.trace_state().header();
        format!(
            "{} {} {} {parent} {} {state}\n",
            span.name,
            context.trace_id(),
            context.span_id(),
            span.parent_span_is_remote
        )
    }

    fn read(line: &str) -> Self {
        let mut parts = line.split(' ').map(ToOwned::to_owned);
        let mut next = || parts.next().unwrap();
        let (name, trace, id, parent) = (next(), next(), next(), next());
        Self { name, trace, id, parent, is_remote: next() == "true", state: next() }
    }
}

/// Works the queue empty, and tells of its spans. It does nothing where it is run as a test.
#[tokio::test]
async fn child() {
    let Some(folder) = std::env::var_os("OUTLIVE_DURABLE_TRACED").map(PathBuf::from) else { return };
    // What comes without a trace is sampled here.
    let exporter = exported(Sampler::AlwaysOn);
    let queue = Queue::sqlite(&format!("sqlite://{}", folder.join("jobs.db").display())).unwrap();
    let worker = Jobs::on(&queue).state(Db).start();
    until("they are counted", || async { worker.counts().done == 4 }).await;
    let spans = exporter.get_finished_spans().unwrap();
    std::fs::write(folder.join("spans"), spans.iter().map(Told::line).collect::<String>()).unwrap();
}

#[tokio::test]
async fn the_run_in_another_process_is_in_the_trace_of_the_request() {
    let exporter = exported(Sampler::AlwaysOn);
    let database = Database::new("traced");
    let queue = database.queue().await;
    let enqueue = |event: &str| write_audit(event.to_owned()).enqueue(&queue);

    enqueue("plain").instrument(info_span!("request")).await.unwrap();
    // It is itself below a span of the client's, which has a state.
    let client = |flags| {
        let (trace, span) = (TraceId::from(7_u128), SpanId::from(7_u64));
        let state = "vendor=x,other=y".parse().unwrap();
        opentelemetry::Context::new().with_remote_span_context(SpanContext::new(trace, span, flags, true, state))
    };
    let below = info_span!("below_a_client");
    below.set_parent(client(TraceFlags::SAMPLED)).unwrap();
    enqueue("below").instrument(below).await.unwrap();
    let unsampled = info_span!("unsampled");
    unsampled.set_parent(client(TraceFlags::NOT_SAMPLED)).unwrap();
    enqueue("unsampled").instrument(unsampled).await.unwrap();
    enqueue("alone").await.unwrap();

    let folder = database.folder.clone();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child"])
        .env("OUTLIVE_DURABLE_TRACED", &folder)
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));

    let text = std::fs::read_to_string(folder.join("spans")).unwrap();
    let told: Vec<Told> = text.lines().map(Told::read).collect();
    let own = exporter.get_finished_spans().unwrap();
    let own = |name: &str| &own.iter().find(|span| span.name == name).unwrap().span_context;
    let runs: HashMap<&str, &Told> =
        told.iter().filter(|span| span.name == "write_audit").map(|run| (&*run.trace, run)).collect();
    for (name, state) in [("request", ""), ("below_a_client", "vendor=x,other=y")] {
        let caller = own(name);
        let run = runs[&*caller.trace_id().to_string()];
        assert_eq!((&*run.parent, run.is_remote), (&*caller.span_id().to_string(), true), "{told:#?}");
        assert_eq!(run.state, state);
        let inner = told.iter().find(|span| span.name == "insert" && span.trace == run.trace).unwrap();
        assert_eq!((&inner.parent, inner.is_remote), (&run.id, false));
    }
    // The one without a caller is a trace of its own, and no part of its worker's. The unsampled one is not exported.
    let alone: Vec<_> = runs.values().filter(|run| run.parent == SpanId::INVALID.to_string()).collect();
    assert_eq!((alone.len(), runs.len()), (1, 3), "{told:#?}");
    assert!(!alone[0].is_remote);

    let rows = database.look().await.texts("SELECT metadata FROM Jobs ORDER BY rowid").await;
    let read = |row: &String| {
        let store: MetadataStore = serde_json::from_str(row).unwrap();
        TracingContext::extract(&store).ok()
    };
    let contexts: Vec<_> = rows.iter().map(read).collect();
    let first = contexts[0].as_ref().expect("where apalis's tools look for it");
    assert_eq!(first.trace_id(), &Some(own("request").trace_id().to_string()));
    assert_eq!(first.span_id(), &Some(own("request").span_id().to_string()));
    assert_eq!(first.trace_flags(), &Some(1));
    assert_eq!(contexts[1].as_ref().unwrap().trace_state(), &Some("vendor=x,other=y".to_owned()));
    assert_eq!(contexts[2].as_ref().unwrap().trace_flags(), &Some(0));
    assert!(contexts[3].is_none());

    // A run here is below its caller, and so is what is kept of it.
    let spill = Spill::to(&queue).state(Db).start();
    let kept = Spill::to(&queue).start();
    let here = info_span!("here");
    here.in_scope(|| {
        write_audit("here".to_owned()).spawn_or_enqueue(&spill).unwrap();
        write_audit("kept".to_owned()).spawn_or_enqueue(&kept).unwrap();
    });
    drop(here);
    until("both are where they belong", || async { (spill.counts().ran, kept.counts().handed_over) == (1, 1) }).await;
    let _worker = Jobs::on(&queue).state(Db).start();
    database.until_all("Done").await;
    until("both are exported", || async {
        exporter.get_finished_spans().unwrap().iter().filter(|span| span.name == "write_audit").count() == 2
    })
    .await;
    let spans = exporter.get_finished_spans().unwrap();
    let here = spans.iter().find(|span| span.name == "here").unwrap();
    for run in spans.iter().filter(|span| span.name == "write_audit") {
        assert_eq!(run.span_context.trace_id(), here.span_context.trace_id());
        assert_eq!(run.parent_span_id, here.span_context.span_id());
    }
}
