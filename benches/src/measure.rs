//! Times, interleaved, and ratios of the same round.

use std::time::{Duration, Instant};

use crate::contenders::Contender;

/// A median and its quartiles.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spread {
    /// A quarter of the values is less.
    pub low: f64,
    /// Half of them.
    pub median: f64,
    /// Three quarters.
    pub high: f64,
}

impl Spread {
    /// Of values in any order.
    ///
    /// # Panics
    ///
    /// Without a value.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let at = |quarter: usize| values[(values.len() - 1) * quarter / 4];
        Self { low: at(1), median: at(2), high: at(3) }
    }
}

/// What a contender took.
#[derive(Clone, Debug)]
pub struct Timed {
    /// Its name.
    pub who: &'static str,
    /// Nanoseconds a call, the median.
    pub nanos: f64,
    /// Beside the limit, where there is one.
    pub to_bare: Option<Spread>,
    /// Beside the competitor, where there is one.
    pub to_by_hand: Option<Spread>,
}

/// The names of those that the others are compared with.
#[derive(Clone, Copy, Debug)]
pub struct Baselines {
    /// The limit.
    pub bare: &'static str,
    /// The competitor.
    pub by_hand: &'static str,
}

/// Lets everybody make a batch in each round, and whoever comes first is another one each time.
///
/// A first round of everybody's is not counted.
#[must_use]
pub fn interleaved(
    rounds: usize,
    calls: usize,
    mut contenders: Vec<Contender<'_, Instant>>,
    baselines: Baselines,
) -> Vec<Timed> {
    let among = contenders.len();
    let mut times: Vec<Vec<f64>> = vec![Vec::with_capacity(rounds); among];
    for round in 0..=rounds {
        for turn in 0..among {
            let who = (round + turn) % among;
            let lap = (contenders[who].batch)();
            if round > 0 {
                times[who].push((lap.end - lap.start).as_secs_f64());
            }
        }
    }
    let ratios = |of: &[f64], baseline: &str| {
        let baseline = contenders.iter().position(|contender| contender.who == baseline)?;
        Some(Spread::of(of.iter().zip(&times[baseline]).map(|(of, to)| of / to).collect()))
    };
    contenders
        .iter()
        .zip(&times)
        .map(|(contender, of)| Timed {
            who: contender.who,
            nanos: Spread::of(of.clone()).median * 1e9 / as_f64(calls),
            to_bare: ratios(of, baselines.bare),
            to_by_hand: ratios(of, baselines.by_hand),
        })
        .collect()
}

/// What one thread takes: its processor time, where the system says it and it is long enough to be known, and else the time on
/// the clock. So a busy machine changes little.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    clock: Instant,
    processor: Option<Duration>,
}

impl Stopwatch {
    /// Linux brings its count up to date every few milliseconds.
    const COARSE: Duration = Duration::from_millis(20);

    /// Starts now.
    #[must_use]
    pub fn start() -> Self {
        Self { processor: processor(), clock: Instant::now() }
    }

    /// What this thread has taken since then.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        let clock = self.clock.elapsed();
        let processor = processor().zip(self.processor).map(|(now, then)| now.saturating_sub(then));
        processor.filter(|_| clock > Self::COARSE).unwrap_or(clock)
    }
}

/// The processor time of this thread so far.
fn processor() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(stat.split(' ').next()?.parse().ok()?))
}

/// A count, for a ratio.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
pub fn as_f64(count: usize) -> f64 {
    count as f64
}

/// The median time of several runs.
#[must_use]
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::{Spread, Stopwatch};

    #[test]
    fn a_stopwatch_does_not_count_what_others_take() {
        let watch = Stopwatch::start();
        std::thread::sleep(Stopwatch::COARSE * 2);
        let taken = watch.elapsed();
        assert!(super::processor().is_none() || taken < Stopwatch::COARSE, "{taken:?}");
    }

    #[test]
    fn quartiles_are_of_the_values_in_order() {
        let spread = Spread::of(vec![5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!(spread, Spread { low: 2.0, median: 3.0, high: 4.0 });
    }
}
