//! A small receiver of spans, as an exporter sends them by OTLP over HTTP, in JSON.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

type Bodies = Arc<Mutex<Vec<Value>>>;

/// On loopback, on a thread of its own, until the process ends.
pub struct Receiver {
    address: SocketAddr,
    bodies: Bodies,
}

/// A span that has arrived.
#[derive(Debug)]
pub struct Received {
    /// Its name.
    pub name: String,
    /// In hexadecimal digits, as the next two.
    pub trace: String,
    /// Its own.
    pub id: String,
    /// Empty where it is a root.
    pub parent: String,
    /// The description of its status.
    pub status: String,
    /// All that was sent of it.
    pub raw: Value,
}

impl Received {
    fn new(raw: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            name: text(&raw["name"]),
            trace: text(&raw["traceId"]),
            id: text(&raw["spanId"]),
            parent: text(&raw["parentSpanId"]),
            status: text(&raw["status"]["message"]),
            raw: raw.clone(),
        }
    }
}

impl Receiver {
    /// Listens, from its return on.
    ///
    /// # Panics
    ///
    /// Where it cannot listen.
    #[must_use]
    pub fn start() -> Self {
        async fn receive(State(bodies): State<Bodies>, Json(body): Json<Value>) -> Json<Value> {
            bodies.lock().expect("the bodies").push(body);
            Json(serde_json::json!({}))
        }

        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let bodies = Bodies::default();
        let router = Router::new().route("/v1/traces", post(receive)).with_state(Arc::clone(&bodies));
        thread::spawn(move || runtime.block_on(async { axum::serve(listener, router).await }));
        Self { address, bodies }
    }

    /// Where an exporter of spans sends them.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}/v1/traces", self.address)
    }

    /// What has arrived, in the order in which it ended.
    ///
    /// # Panics
    ///
    /// Where a body is no list of spans.
    #[must_use]
    pub fn spans(&self) -> Vec<Received> {
        let list = |value: &Value, key: &str| value[key].as_array().expect("a list").clone();
        let bodies = self.bodies.lock().expect("the bodies");
        let resources = bodies.iter().flat_map(|body| list(body, "resourceSpans"));
        let scopes = resources.flat_map(|resource| list(&resource, "scopeSpans"));
        scopes.flat_map(|scope| list(&scope, "spans")).map(|span| Received::new(&span)).collect()
    }

    /// The one of a name.
    ///
    /// # Panics
    ///
    /// Where it has not arrived, or more than one has.
    #[must_use]
    #[track_caller]
    pub fn one(&self, name: &str) -> Received {
        let (mut those, others): (Vec<_>, Vec<_>) = self.spans().into_iter().partition(|span| span.name == name);
        assert_eq!(those.len(), 1, "spans `{name}`; others: {others:#?}");
        those.remove(0)
    }
}

/// Sends spans there, in batches, as services do.
///
/// # Panics
///
/// Where there is no client.
#[must_use]
pub fn exporting_to(endpoint: &str) -> SdkTracerProvider {
    let exporter =
        SpanExporter::builder().with_http().with_protocol(Protocol::HttpJson).with_endpoint(endpoint).build();
    SdkTracerProvider::builder().with_batch_exporter(exporter.expect("an exporter")).build()
}
