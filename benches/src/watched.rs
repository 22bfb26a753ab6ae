//! Calls under a subscriber: a service always has one.

use std::future::Future;
use std::io;
use std::time::Instant;

use futures_util::future::ready;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tokio::runtime::Runtime;
use tracing::{Instrument, Span, info_span};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, fmt};

use crate::contenders::{Bare, ByHand, Contend, Contender, From, Outlive, composed_in, contender};
use crate::work::Work;

/// The competitor whose span says what outlive's does.
pub const NAMED: &str = "by hand, same fields";

/// A subscriber that a service may have.
pub struct Watched {
    /// Its name in tables.
    pub name: &'static str,
    /// Installs it for the whole process.
    pub install: fn(),
}

/// All of them. What they write goes nowhere: only outlive is measured.
pub const ALL: [Watched; 5] = [
    Watched { name: "no subscriber", install: || {} },
    Watched { name: "fmt", install: || fmt().with_writer(io::sink).init() },
    Watched {
        name: "fmt, EnvFilter",
        install: || {
            let filter = EnvFilter::new("outlive_benches=info,tower_http=debug");
            fmt().with_env_filter(filter).with_writer(io::sink).init();
        },
    },
    Watched { name: "json", install: || fmt().json().with_writer(io::sink).init() },
    Watched {
        name: "OpenTelemetry",
        install: || {
            let provider = SdkTracerProvider::builder().with_simple_exporter(Nowhere).build();
            let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"));
            Registry::default().with(layer).init();
            // For the rest of the process.
            std::mem::forget(provider);
        },
    },
];

#[derive(Debug)]
struct Nowhere;

impl SpanExporter for Nowhere {
    fn export(&self, _: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        ready(Ok(()))
    }
}

/// Calls made in a request's span, as a service makes them.
struct InSpan<C>(C);

impl<C: Contend> Contend for InSpan<C> {
    const WHO: &'static str = C::WHO;

    fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static {
        C::call::<W>(input)
    }

    fn in_request<F: Future + Send>(callers: F) -> impl Future<Output = F::Output> + Send {
        C::in_request(callers.instrument(info_span!("request", method = "POST", path = "/orders")))
    }
}

/// See [`NAMED`].
struct Named;

impl Contend for Named {
    const WHO: &'static str = NAMED;

    fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static {
        composed_in::<W>(named(), input)
    }

    fn in_request<F: Future + Send>(callers: F) -> impl Future<Output = F::Output> + Send {
        ByHand::in_request(callers)
    }
}

fn named() -> Span {
    info_span!("audit", tracker = "calls")
}

/// Who is compared.
#[must_use]
pub fn contenders<W: Work>(runtime: &Runtime, calls: usize) -> Vec<Contender<'_, Instant>> {
    vec![
        contender::<W, InSpan<Bare>, _>(runtime, From::Inside, calls, Instant::now),
        contender::<W, InSpan<ByHand>, _>(runtime, From::Inside, calls, Instant::now),
        contender::<W, InSpan<Named>, _>(runtime, From::Inside, calls, Instant::now),
        contender::<W, InSpan<Outlive>, _>(runtime, From::Inside, calls, Instant::now),
    ]
}
