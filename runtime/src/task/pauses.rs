//! The pauses before work is repeated.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// Pauses that double from `first` to `most`, with jitter in between.
pub(super) struct Pauses {
    first: Duration,
    most: Duration,
    backoff: ExponentialBackoff,
}

impl Pauses {
    pub(super) fn new(first: Duration, most: Duration) -> Self {
        Self { first, most, backoff: backoff(first, most) }
    }

    /// Restarts at `first`.
    pub(super) fn begin_anew(&mut self) {
        self.backoff = backoff(self.first, self.most);
    }

    /// The next pause. Jitter may double it, so it is computed from half of the range.
    pub(super) fn next(&mut self) -> Duration {
        (self.backoff.next().unwrap_or(self.most) / 2).min(self.most).max(self.first)
    }
}

fn backoff(first: Duration, most: Duration) -> ExponentialBackoff {
    let builder = ExponentialBuilder::new().with_min_delay(first.saturating_mul(2)).with_max_delay(most);
    builder.with_jitter().without_max_times().build()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Pauses;
    use crate::proof::Retry;

    #[test]
    fn no_pause_is_shorter_than_the_proof_takes_it_for_nor_longer_than_the_longest() {
        let ms = Duration::from_millis;
        for (first, most) in [(100, 2_000), (1_000, 1_000), (700, 1_000), (1, 3), (300, 100_000)] {
            for _ in 0..50 {
                let mut pauses = Pauses::new(ms(first), ms(most));
                let mut sum = Duration::ZERO;
                for attempts in 2..12 {
                    let pause = pauses.next();
                    assert!(ms(first) <= pause && pause <= ms(most), "{pause:?} of {first}..{most}");
                    sum += pause;
                    let least = Retry::new(attempts, ms(first), ms(most)).least(attempts);
                    assert!(least <= sum.as_nanos(), "{attempts} attempts, {first}..{most}: {least} of {sum:?}");
                }
            }
        }
    }
}
