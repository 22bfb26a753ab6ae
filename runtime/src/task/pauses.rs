//! The pauses before work is repeated.

use std::time::Duration;

use super::rhythm::random;

/// Pauses that double from `first` to `most`. Each is longer by a random part of itself: so jitter may double it, and the
/// pauses without jitter double up to half of the longest.
pub(super) struct Pauses {
    first: Duration,
    most: Duration,
    /// The next pause, without jitter.
    next: Duration,
}

impl Pauses {
    pub(super) fn new(first: Duration, most: Duration) -> Self {
        Self { first, most, next: first }
    }

    /// Restarts at `first`.
    pub(super) fn begin_anew(&mut self) {
        self.next = self.first;
    }

    pub(super) fn next(&mut self) -> Duration {
        let pause = self.next;
        self.next = pause.saturating_mul(2).min(self.most / 2).max(self.first);
        pause.saturating_add(random(pause)).min(self.most)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Pauses;
    use crate::proof::Retry;

    #[test]
    fn the_pauses_double_and_begin_anew() {
        let (first, most) = (Duration::from_secs(1), Duration::from_secs(20));
        let mut pauses = Pauses::new(first, most);
        for _ in 0..2 {
            for without_jitter in [1, 2, 4, 8, 10, 10] {
                let pause = pauses.next();
                let least = Duration::from_secs(without_jitter);
                assert!(least <= pause && pause <= least * 2, "{pause:?} of {least:?}");
            }
            pauses.begin_anew();
        }
    }

    #[test]
    fn jitter_tells_two_that_began_together_apart() {
        let first_of = |_| Pauses::new(Duration::from_secs(1), Duration::from_secs(20)).next();
        let all: std::collections::HashSet<_> = (0..20).map(first_of).collect();
        assert!(all.len() > 1, "{all:?}");
    }

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
