//! The metrics for both exporters: one table, read from the status, and the labels of the series.

mod durations;
mod labels;
mod table;

#[cfg(feature = "metrics")]
pub(super) use durations::BySite;
#[cfg(feature = "prometheus-client")]
pub(super) use durations::Histograms;
pub(super) use durations::{BUCKETS, DURATION, QUEUE_DELAY};
pub(super) use labels::of_site;
pub(super) use table::{Family, Kind, Labels, families};
