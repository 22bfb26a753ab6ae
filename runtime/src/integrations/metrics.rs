//! Publishes [`status()`](fn@crate::status) to the recorder of the `metrics` crate.
//!
//! ```toml
//! outlive = { version = "0.1", features = ["metrics"] }
//! metrics-exporter-prometheus = { version = "0.18", default-features = false }
//! ```
//!
//! ```
//! # use outlive::{Tracker, detached};
//! use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
//!
//! // At the start of the program. The buckets are for `record_durations()`: without them it makes summaries.
//! fn recorder() -> PrometheusHandle {
//!     let builder = PrometheusBuilder::new().set_buckets(&outlive::metrics::BUCKETS).unwrap();
//!     builder.install_recorder().unwrap()
//! }
//!
//! // GET /metrics
//! fn scraped(recorder: &PrometheusHandle) -> String {
//!     outlive::metrics::publish(); // sets the metrics at the scrape; a detached call does not touch them
//!     recorder.render()
//! }
//! #
//! # static SCRAPED: Tracker = Tracker::bounded("scraped", 64);
//! #
//! # #[detached(timeout = "5s", track = SCRAPED)]
//! # async fn is_scraped() {}
//! #
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! # let recorder = recorder();
//! # is_scraped().await.unwrap();
//! # assert!(scraped(&recorder).contains(r#"outlive_tasks_started_total{task="is_scraped",tracker="scraped"} 1"#));
//! # }
//! ```
//!
//! With a recorder that sends by itself, such as one for `statsd`, call [`publish`] from a loop:
//! `#[periodic(every = "10s", …)]`.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use ::metrics::{Histogram, Label, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use super::scrape::{self, BySite, DURATION, Family, Kind, Labels, QUEUE_DELAY, families};
use crate::report::{Observer, take_durations};
use crate::status;
use crate::tracker::TaskSite;
use crate::util::sync::lock;

/// Upper bounds for [`record_durations`], in seconds: from a millisecond to a minute.
pub const BUCKETS: [f64; scrape::BUCKETS.len()] = scrape::BUCKETS;

/// The published gauges, because the facade cannot remove a gauge.
static PUBLISHED: Mutex<BTreeSet<(&'static str, Labels)>> = Mutex::new(BTreeSet::new());

/// Sets every gauge and counter of the installed recorder from [`status()`](fn@crate::status).
///
/// Call it before each rendering. It costs a call of `status()`, and the recorder's work for each series. The gauges of a
/// dropped tracker are set to 0, because the `metrics` crate cannot remove a series.
pub fn publish() {
    let mut gauges = BTreeSet::new();
    for Family { name, help, kind, series } in families(&status::status()) {
        if kind == Kind::Counter {
            describe_counter!(name, help);
        } else {
            describe_gauge!(name, help);
        }
        for (labels, value) in series {
            if kind == Kind::Counter {
                counter!(name, shown(&labels)).absolute(whole(value));
            } else {
                gauge!(name, shown(&labels)).set(value);
                gauges.insert((name, labels));
            }
        }
    }
    let mut published = lock(&PUBLISHED);
    for (name, labels) in published.difference(&gauges) {
        gauge!(*name, shown(labels)).set(0.0);
    }
    *published = gauges;
}

fn shown(labels: &Labels) -> Vec<Label> {
    labels.iter().map(|(name, value)| Label::new(*name, value.clone())).collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count that has been made a float")]
fn whole(count: f64) -> u64 {
    count as u64
}

/// Starts to record how long each task takes, from its first poll to its end, and how long it was queued, in the histograms
/// `outlive_task_duration_seconds` and `outlive_task_queue_delay_seconds`.
///
/// Call it once, after the recorder is installed. It records until the process ends. It does not record workers, nor tasks
/// that run already. It costs each task two reads of the clock, an allocation, and the recorder's work: `docs/cost.md` has
/// the figures. A program that does not call it pays one load a poll.
pub fn record_durations() {
    static RECORDER: LazyLock<Arc<dyn Observer>> = LazyLock::new(|| Arc::new(Recorder(BySite::default())));
    describe_histogram!(DURATION.0, DURATION.1);
    describe_histogram!(QUEUE_DELAY.0, QUEUE_DELAY.1);
    take_durations(&RECORDER);
}

struct Recorder(BySite<(Histogram, Histogram)>);

impl Observer for Recorder {
    fn took(&self, site: &'static TaskSite, duration: Duration, queue_delay: Duration) {
        let histograms = self.0.of(site, || {
            let labels = shown(&scrape::of_site(site).into());
            (histogram!(DURATION.0, labels.clone()), histogram!(QUEUE_DELAY.0, labels))
        });
        histograms.0.record(duration);
        histograms.1.record(queue_delay);
    }
}
