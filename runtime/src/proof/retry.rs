//! The compile-time check that the attempts of a call fit into its timeout.

use std::time::Duration;

use super::message::Text;
use crate::tracker::Spec;

/// The retries of a call: the number of attempts, and the pauses.
#[derive(Clone, Copy)]
pub struct Retry {
    /// The number of attempts in all.
    pub(crate) attempts: u32,
    pub(crate) first: Duration,
    pub(crate) most: Duration,
    /// The longest that one attempt may take.
    pub(crate) attempt: Option<Duration>,
}

impl Retry {
    /// Makes a retry with this many attempts in all, and pauses from `first` to `most`.
    #[must_use]
    pub const fn new(attempts: u32, first: Duration, most: Duration) -> Self {
        Self { attempts, first, most, attempt: None }
    }

    /// Sets a timeout for each attempt.
    #[must_use]
    pub const fn attempt(self, limit: Duration) -> Self {
        Self { attempt: Some(limit), ..self }
    }

    /// The least sum of the pauses between this many attempts, in nanoseconds. The pauses double from the first up to half
    /// of the longest, because jitter may double a pause.
    pub(crate) const fn least(&self, attempts: u32) -> u128 {
        let (mut pause, half) = (self.first.as_nanos(), self.most.as_nanos() / 2);
        let longest = if half > pause { half } else { pause };
        let (mut sum, mut left) = (0_u128, attempts.saturating_sub(1) as u128);
        while left > 0 {
            if pause >= longest {
                return sum.saturating_add(longest.saturating_mul(left));
            }
            sum = sum.saturating_add(pause);
            pause = pause.saturating_mul(2);
            left -= 1;
        }
        sum
    }

    /// The most attempts that can begin within this time.
    const fn most_within(&self, nanos: u128) -> u32 {
        let (mut fit, mut more) = (1, self.attempts);
        // One fits, `more` do not.
        while more - fit > 1 {
            let between = fit + (more - fit) / 2;
            if self.least(between) < nanos {
                fit = between;
            } else {
                more = between;
            }
        }
        fit
    }

    /// Whether another check refuses the retry.
    const fn is_refused(&self, spec: &Spec) -> bool {
        self.first.is_zero() || self.first.as_nanos() > self.most.as_nanos() || spec.timeout.is_zero()
    }
}

/// Does not compile if there is no second attempt, or the pauses alone exceed the timeout.
#[track_caller]
pub(crate) const fn pauses_fit(spec: &Spec, retry: &Retry) {
    let named = Text::new().add("`").add(spec.name);
    if retry.attempts < 2 {
        let text = named
            .add("` has a `retry` of ")
            .number(retry.attempts as u128)
            .add(if retry.attempts == 1 { " attempt" } else { " attempts" })
            .add(", and the call itself is one: write 2 or more, or leave `retry` out");
        panic!("{}", text.show());
    }
    let (least, timeout) = (retry.least(retry.attempts), spec.timeout.as_nanos());
    if retry.is_refused(spec) || least < timeout {
        return;
    }
    let text = named
        .add("` waits ")
        .time(of_nanos(least))
        .add(" at least between its ")
        .number(retry.attempts as u128)
        .add(" attempts, but has a timeout of ")
        .time(spec.timeout)
        .add(", so that the last can never begin: ");
    let text = match retry.most_within(timeout) {
        1 => text.add("make the first pause shorter"),
        fit => text.add("write ").number(fit as u128).add(" attempts, make the pauses shorter"),
    };
    panic!("{}", text.add(", or make the timeout longer").show());
}

/// Does not compile if one attempt may take longer than the timeout of all.
#[track_caller]
pub(crate) const fn attempt_fits(spec: &Spec, retry: &Retry) {
    let Some(attempt) = retry.attempt else { return };
    if attempt.as_nanos() <= spec.timeout.as_nanos() || spec.timeout.is_zero() {
        return;
    }
    let text = Text::new()
        .add("an attempt of `")
        .add(spec.name)
        .add("` may take ")
        .time(attempt)
        .add(", but all of them together have a timeout of ")
        .time(spec.timeout)
        .add(": swap the two, make `attempt` shorter, or leave it out");
    panic!("{}", text.show());
}

#[allow(clippy::cast_possible_truncation, reason = "what does not fit has been sorted out")]
const fn of_nanos(nanos: u128) -> Duration {
    let seconds = nanos / 1_000_000_000;
    if seconds > u64::MAX as u128 {
        return Duration::MAX;
    }
    Duration::new(seconds as u64, (nanos % 1_000_000_000) as u32)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Retry;

    fn retry(first: u64, most: u64) -> Retry {
        Retry::new(u32::MAX, Duration::from_millis(first), Duration::from_millis(most))
    }

    #[test]
    fn the_least_pauses_double_up_to_half_of_the_longest() {
        let millis = |retry: Retry, attempts| retry.least(attempts) / 1_000_000;
        assert_eq!([1, 2, 3, 4].map(|attempts| millis(retry(100, 2_000), attempts)), [0, 100, 300, 700]);
        assert_eq!(millis(retry(100, 2_000), 6), 100 + 200 + 400 + 800 + 1_000);
        // The first is never cut.
        assert_eq!(millis(retry(700, 1_000), 3), 1_400);
        assert_eq!(millis(retry(1_000, 1_000), u32::MAX), 1_000 * u128::from(u32::MAX - 1));
    }

    #[test]
    fn as_many_attempts_are_advised_as_can_begin() {
        let within = |millis: u128| retry(100, 2_000).most_within(millis * 1_000_000);
        assert_eq!([1, 100, 101, 300, 301, 700, 701].map(within), [1, 1, 2, 2, 3, 3, 4]);
    }
}
