//! Samples of the counters over the last minute, taken when the status is read, so that a detached call pays nothing.

use std::collections::{HashMap, VecDeque};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::Rate;
use crate::tracker::{Counts, TaskSite};
use crate::util::sync::lock;

/// The samples by the site's address; sites live for ever.
static SAMPLES: LazyLock<Mutex<HashMap<usize, Samples>>> = LazyLock::new(Mutex::default);

const MINUTE: Duration = Duration::from_secs(60);
/// The minimum time between two samples, so that there are few.
const SPACING: Duration = Duration::from_secs(5);
/// The minimum time for a rate.
const LEAST: Duration = Duration::from_secs(1);

/// Samples in the order of their times. All but the first are of the last minute.
#[derive(Default)]
struct Samples(VecDeque<Sample>);

#[derive(Clone, Copy)]
struct Sample {
    at: Instant,
    started: u64,
    failed: u64,
}

/// Takes a sample of each site, and compares it with earlier ones.
pub(super) fn rates(sites: &[(&'static TaskSite, Counts)], now: Instant) -> Vec<Option<Rate>> {
    let mut samples = lock(&SAMPLES);
    let rate = |(site, counts): &(&'static TaskSite, Counts)| {
        let ended = counts.started.saturating_sub(counts.live);
        let failed = ended.saturating_sub(counts.completed);
        let new = Sample { at: now, started: counts.started, failed };
        samples.entry(std::ptr::from_ref(*site).addr()).or_default().take(new)
    };
    sites.iter().map(rate).collect()
}

impl Samples {
    fn take(&mut self, new: Sample) -> Option<Rate> {
        let Self(samples) = self;
        // A clock that has gone back is another runtime's: paused ones run ahead.
        samples.retain(|sample| sample.at <= new.at);
        while samples.get(1).is_some_and(|next| new.at - next.at >= MINUTE) {
            samples.pop_front();
        }
        let rate = samples.front().filter(|base| new.at - base.at >= LEAST).map(|base| Rate {
            over: new.at - base.at,
            started: new.started.saturating_sub(base.started),
            failed: new.failed.saturating_sub(base.failed),
        });
        if samples.back().is_none_or(|last| new.at - last.at >= SPACING) {
            samples.push_back(new);
        }
        rate
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Sample, Samples};

    /// One that is asked for each time, with ten calls in each second, of which one fails.
    fn asked(samples: &mut Samples, zero: Instant, second: u64) -> Option<(u64, u64, u64)> {
        let at = zero + Duration::from_secs(second);
        let rate = samples.take(Sample { at, started: second * 10, failed: second })?;
        Some((rate.over.as_secs(), rate.started, rate.failed))
    }

    #[test]
    fn a_rate_is_of_the_last_minute_however_often_it_is_asked_for() {
        let (mut samples, zero) = (Samples::default(), Instant::now());
        assert_eq!(asked(&mut samples, zero, 0), None);
        for second in 1..=60 {
            assert_eq!(asked(&mut samples, zero, second), Some((second, second * 10, second)));
        }
        for second in 61..200 {
            let (over, started, failed) = asked(&mut samples, zero, second).unwrap();
            assert!((60..65).contains(&over), "{over} at {second}");
            assert_eq!((started, failed), (over * 10, over));
            assert!(samples.0.len() <= 14, "{}", samples.0.len());
        }
    }

    #[test]
    fn whoever_asks_seldom_is_told_over_what_time() {
        let (mut samples, zero) = (Samples::default(), Instant::now());
        assert_eq!(asked(&mut samples, zero, 0), None);
        assert_eq!(asked(&mut samples, zero, 600), Some((600, 6_000, 600)));
        assert_eq!(asked(&mut samples, zero, 601), Some((601, 6_010, 601)));
        assert_eq!(asked(&mut samples, zero, 660), Some((60, 600, 60)));
    }

    #[test]
    fn a_clock_that_goes_back_begins_anew() {
        let (mut samples, zero) = (Samples::default(), Instant::now());
        assert_eq!(asked(&mut samples, zero, 100), None);
        assert_eq!(asked(&mut samples, zero, 50), None);
        assert_eq!(asked(&mut samples, zero, 52), Some((2, 20, 2)));
    }
}
