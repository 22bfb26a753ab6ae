//! A collector of [`status()`](fn@crate::status) for the `prometheus-client` crate, version 0.26.
//!
//! It has the same gauges and counters as the feature `metrics`, under the same names. [`Collector`] has an example.

use std::fmt;
use std::sync::Arc;

use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

use super::scrape::{self, DURATION, Family, Histograms, Kind, QUEUE_DELAY, families};
use crate::report::{Observer, take_durations};
use crate::status;

/// Upper bounds for [`Collector::with_durations`], in seconds: from a millisecond to a minute.
pub const BUCKETS: [f64; scrape::BUCKETS.len()] = scrape::BUCKETS;

/// Collects [`status()`](fn@crate::status) for a registry, each time that the registry is encoded.
///
/// ```toml
/// outlive = { version = "0.1", features = ["prometheus-client"] }
/// prometheus-client = "0.26"
/// ```
///
/// ```
/// use outlive::prometheus::Collector;
/// use prometheus_client::encoding::text::encode;
/// use prometheus_client::registry::Registry;
/// # use outlive::{Tracker, detached};
///
/// // At the start of the program.
/// fn registry() -> Registry {
///     let mut registry = Registry::default();
///     registry.register_collector(Box::new(Collector::new()));
///     registry
/// }
///
/// // GET /metrics
/// fn scraped(registry: &Registry) -> String {
///     let mut text = String::new();
///     encode(&mut text, registry).unwrap();
///     text
/// }
/// #
/// # static COLLECTED: Tracker = Tracker::bounded("collected", 64);
/// #
/// # #[detached(timeout = "5s", track = COLLECTED)]
/// # async fn is_collected() {}
/// #
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # is_collected().await.unwrap();
/// # let text = scraped(&registry());
/// # assert!(text.contains(r#"outlive_tasks_started_total{task="is_collected",tracker="collected"} 1"#), "{text}");
/// # }
/// ```
///
/// It works with both text formats of that crate, and with a registry's prefix and labels. Register only one: two would give
/// each series twice.
#[derive(Clone, Default)]
pub struct Collector {
    durations: Option<Arc<Histograms>>,
}

impl Collector {
    /// Makes a collector of gauges and counters. They are read when they are encoded; a detached call does not touch them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts to record how long each task takes, from its first poll to its end, and how long it was queued, in the
    /// histograms `outlive_task_duration_seconds` and `outlive_task_queue_delay_seconds`, with these upper bounds, in
    /// seconds and in any order.
    ///
    /// It records until the process ends. It does not record workers, nor tasks that run already. It costs each task two
    /// reads of the clock, an allocation, and four atomic additions: `docs/cost.md` has the figures. A program that does not
    /// call it pays one load a poll.
    ///
    /// ```
    /// use outlive::prometheus::{BUCKETS, Collector};
    ///
    /// let mut registry = prometheus_client::registry::Registry::default();
    /// registry.register_collector(Box::new(Collector::new().with_durations(&BUCKETS)));
    /// ```
    #[must_use]
    pub fn with_durations(self, buckets: &[f64]) -> Self {
        let durations = Arc::new(Histograms::new(buckets));
        take_durations(&(Arc::clone(&durations) as Arc<dyn Observer>));
        Self { durations: Some(durations) }
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("durations", &self.durations.is_some()).finish()
    }
}

/// The name without its suffixes, which that crate adds for the kind and the unit.
fn stem(name: &'static str, kind: Kind) -> (&'static str, Option<Unit>) {
    match kind {
        Kind::Info => (name.strip_suffix("_info").unwrap_or(name), None),
        Kind::Counter => (name.strip_suffix("_total").unwrap_or(name), None),
        Kind::Gauge => match name.strip_suffix("_seconds") {
            Some(stem) => (stem, Some(Unit::Seconds)),
            None => (name, None),
        },
    }
}

impl prometheus_client::collector::Collector for Collector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        for Family { name, help, kind, series } in families(&status::status()) {
            if series.is_empty() {
                continue;
            }
            let (stem, unit) = stem(name, kind);
            let metric_type = match kind {
                Kind::Info => MetricType::Info,
                Kind::Gauge => MetricType::Gauge,
                Kind::Counter => MetricType::Counter,
            };
            let mut family = encoder.encode_descriptor(stem, help, unit.as_ref(), metric_type)?;
            for (labels, value) in series {
                match kind {
                    Kind::Info => family.encode_info(&labels)?,
                    Kind::Gauge => family.encode_family(&labels)?.encode_gauge(&value)?,
                    Kind::Counter => {
                        family.encode_family(&labels)?.encode_counter::<NoLabelSet, _, f64>(&value, None)?;
                    }
                }
            }
        }
        let Some(durations) = &self.durations else { return Ok(()) };
        let series = durations.read();
        for (index, (name, help)) in [DURATION, QUEUE_DELAY].into_iter().enumerate() {
            if series.is_empty() {
                continue;
            }
            let (stem, unit) = stem(name, Kind::Gauge);
            let mut family: MetricEncoder<'_> =
                encoder.encode_descriptor(stem, help, unit.as_ref(), MetricType::Histogram)?;
            for (labels, reads) in &series {
                let read = &reads[index];
                let count = read.counts.iter().map(|(_, count)| count).sum();
                family.encode_family(labels)?.encode_histogram::<NoLabelSet>(read.sum, count, &read.counts, None)?;
            }
        }
        Ok(())
    }
}
