//! The durations of tasks, for each function.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

#[cfg(feature = "prometheus-client")]
pub(in crate::integrations) use self::histograms::Histograms;
use crate::tracker::TaskSite;

pub(in crate::integrations) const DURATION: (&str, &str) =
    ("outlive_task_duration_seconds", "How long tasks took, from their first poll to their end, however they ended.");
pub(in crate::integrations) const QUEUE_DELAY: (&str, &str) =
    ("outlive_task_queue_delay_seconds", "How long tasks that have ended had waited in the queue of their tracker.");

/// Upper bounds, in seconds: from a millisecond to a minute.
pub(in crate::integrations) const BUCKETS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

/// A value for each function, made at its first use.
pub(in crate::integrations) struct BySite<T>(RwLock<HashMap<usize, Arc<T>>>);

impl<T> Default for BySite<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T> BySite<T> {
    /// The value of a site, by its address; sites live for ever.
    pub(in crate::integrations) fn of(&self, site: &'static TaskSite, new: impl FnOnce() -> T) -> Arc<T> {
        let address = std::ptr::from_ref(site).addr();
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&address).cloned();
        known.unwrap_or_else(|| {
            // It may run user code, so it runs outside of the lock.
            let new = Arc::new(new());
            Arc::clone(self.0.write().unwrap_or_else(PoisonError::into_inner).entry(address).or_insert(new))
        })
    }

    #[cfg(feature = "prometheus-client")]
    fn all(&self) -> Vec<Arc<T>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

#[cfg(feature = "prometheus-client")]
mod histograms {
    use std::collections::BTreeMap;
    use std::sync::atomic::AtomicU64;
    use std::sync::atomic::Ordering::Relaxed;
    use std::time::Duration;

    use super::BySite;
    use crate::integrations::scrape::{Labels, of_site};
    use crate::report::Observer;
    use crate::tracker::TaskSite;

    /// Histograms that are counted here, and read at a scrape.
    pub(in crate::integrations) struct Histograms {
        bounds: Vec<f64>,
        functions: BySite<Function>,
    }

    struct Function {
        labels: Labels,
        duration: Histogram,
        queue_delay: Histogram,
    }

    struct Histogram {
        /// A counter for each bound, and one for larger values.
        counts: Vec<AtomicU64>,
        nanos: AtomicU64,
    }

    /// The sum in seconds, and the number of values up to each bound.
    #[derive(Clone, Default)]
    pub(in crate::integrations) struct Read {
        pub(in crate::integrations) sum: f64,
        pub(in crate::integrations) counts: Vec<(f64, u64)>,
    }

    impl Histogram {
        fn new(bounds: &[f64]) -> Self {
            Self { counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(), nanos: AtomicU64::new(0) }
        }

        fn add(&self, time: Duration, bounds: &[f64]) {
            let seconds = time.as_secs_f64();
            self.counts[bounds.partition_point(|bound| *bound < seconds)].fetch_add(1, Relaxed);
            self.nanos.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Relaxed);
        }

        fn add_to(&self, read: &mut Read, bounds: &[f64]) {
            let bounds = bounds.iter().copied().chain([f64::INFINITY]);
            if read.counts.is_empty() {
                read.counts = bounds.map(|bound| (bound, 0)).collect();
            }
            for (sum, count) in read.counts.iter_mut().zip(&self.counts) {
                sum.1 += count.load(Relaxed);
            }
            read.sum += Duration::from_nanos(self.nanos.load(Relaxed)).as_secs_f64();
        }
    }

    impl Histograms {
        pub(in crate::integrations) fn new(bounds: &[f64]) -> Self {
            let mut bounds: Vec<f64> = bounds.iter().copied().filter(|bound| bound.is_finite()).collect();
            bounds.sort_by(f64::total_cmp);
            bounds.dedup();
            Self { bounds, functions: BySite::default() }
        }

        /// For each series, its durations and queue delays.
        pub(in crate::integrations) fn read(&self) -> BTreeMap<Labels, [Read; 2]> {
            let mut series: BTreeMap<Labels, [Read; 2]> = BTreeMap::new();
            for function in self.functions.all() {
                let [duration, queue_delay] = series.entry(function.labels.clone()).or_default();
                function.duration.add_to(duration, &self.bounds);
                function.queue_delay.add_to(queue_delay, &self.bounds);
            }
            series
        }
    }

    impl Observer for Histograms {
        fn took(&self, site: &'static TaskSite, duration: Duration, queue_delay: Duration) {
            let function = self.functions.of(site, || Function {
                labels: of_site(site).into(),
                duration: Histogram::new(&self.bounds),
                queue_delay: Histogram::new(&self.bounds),
            });
            function.duration.add(duration, &self.bounds);
            function.queue_delay.add(queue_delay, &self.bounds);
        }
    }
}
