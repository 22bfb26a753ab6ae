//! A subscriber with OpenTelemetry's real SDK, for one test, and what it has exported.

use std::sync::LazyLock;
use std::thread;

use opentelemetry::trace::TracerProvider;
use opentelemetry::{Key, Value};
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SdkTracer, SdkTracerProvider, SpanData};
use tracing::dispatcher::DefaultGuard;
use tracing::{Dispatch, Level, Metadata, dispatcher};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::reload;

/// The subscriber of the threads that a test says, and of no other: no test sees another's spans.
#[derive(Clone)]
pub struct Traces {
    exporter: InMemorySpanExporter,
    provider: SdkTracerProvider,
    dispatch: Dispatch,
}

impl Default for Traces {
    fn default() -> Self {
        Self::new()
    }
}

impl Traces {
    /// As services have it.
    #[must_use]
    pub fn new() -> Self {
        Self::with_layer(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)), |layer| layer)
    }

    /// With another sampler.
    #[must_use]
    pub fn sampled(sampler: Sampler) -> Self {
        Self::with_layer(sampler, |layer| layer)
    }

    /// Where entering a span makes no context current.
    #[must_use]
    pub fn without_activation() -> Self {
        let layer = |layer: OpenTelemetryLayer<_, _>| layer.with_context_activation(false);
        Self::with_layer(Sampler::AlwaysOn, layer)
    }

    /// Where the layer does not see the spans of these names.
    #[must_use]
    pub fn blind_for(names: &'static [&'static str]) -> Self {
        let seen = move |metadata: &Metadata<'_>| !names.contains(&metadata.name());
        Self::with_layer(Sampler::AlwaysOn, |layer| layer.with_filter(filter_fn(seen)))
    }

    /// Where the layer may be exchanged for another, which hides its type.
    #[must_use]
    pub fn reloadable() -> Self {
        Self::with_layer(Sampler::AlwaysOn, |layer| reload::Layer::new(layer).0)
    }

    fn with_layer<L>(sampler: Sampler, layer: impl FnOnce(OpenTelemetryLayer<Registry, SdkTracer>) -> L) -> Self
    where
        L: Layer<Registry> + Send + Sync + 'static,
    {
        // With one subscriber in the process, tracing asks the thread that comes to a place first whether anybody wants it,
        // and believes it for all threads. A second one, never dropped, makes it ask the subscribers.
        static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Registry::default()));
        LazyLock::force(&SECOND);
        let exporter = InMemorySpanExporter::default();
        let provider =
            SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).with_sampler(sampler).build();
        let layer = layer(tracing_opentelemetry::layer().with_tracer(provider.tracer("tests")));
        // What another test may want beyond this level reaches no layer here.
        let levels = LevelFilter::from_level(Level::INFO);
        let dispatch = Dispatch::new(Registry::default().with(layer).with(levels));
        Self { exporter, provider, dispatch }
    }

    /// For this thread.
    #[must_use]
    pub fn watch(&self) -> DefaultGuard {
        dispatcher::set_default(&self.dispatch)
    }

    /// Runs something on a thread of its own, and waits for it.
    ///
    /// # Panics
    ///
    /// As that does.
    pub fn elsewhere<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        thread::scope(|threads| threads.spawn(|| dispatcher::with_default(&self.dispatch, work)).join().unwrap())
    }

    /// For spans that are none of tracing's.
    #[must_use]
    pub fn tracer(&self) -> SdkTracer {
        self.provider.tracer("by hand")
    }

    /// What has ended, and was exported.
    ///
    /// # Panics
    ///
    /// Where the exporter does.
    #[must_use]
    pub fn exported(&self) -> Vec<SpanData> {
        self.exporter.get_finished_spans().expect("the spans")
    }

    /// Those of a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<SpanData> {
        self.exported().into_iter().filter(|span| span.name == name).collect()
    }

    /// The one of a name.
    ///
    /// # Panics
    ///
    /// Where it is not exported, or more than one is.
    #[must_use]
    #[track_caller]
    pub fn one(&self, name: &str) -> SpanData {
        let mut spans = self.named(name);
        assert_eq!(spans.len(), 1, "spans `{name}` among {:#?}", self.exported());
        spans.remove(0)
    }
}

/// An attribute of a span.
#[must_use]
pub fn attribute(span: &SpanData, key: &'static str) -> Option<Value> {
    let key = Key::from_static_str(key);
    span.attributes.iter().find(|attribute| attribute.key == key).map(|attribute| attribute.value.clone())
}
