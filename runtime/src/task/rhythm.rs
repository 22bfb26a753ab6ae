//! When the runs of a loop are due. No timer, no task.
//!
//! The schedule is a sequence of moments, `every` apart. Jitter delays a run after its moment, but not the next moment, so
//! the schedule does not drift.

use std::time::Duration;

use tokio::time::Instant;

use crate::util::{after, later};

/// The schedule of a loop, from its arguments.
#[derive(Clone, Copy)]
pub struct Rhythm {
    /// The time from the begin of one run to the begin of the next.
    pub every: Duration,
    /// The maximum random delay of a run.
    pub jitter: Duration,
    /// What happens to runs that were missed during a long run.
    pub missed: Missed,
    /// Whether the first run is due at the start, not one period later.
    pub immediate: bool,
}

/// What a loop does about runs that were missed during a long run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missed {
    /// Skips them, and continues at the next multiple of the period after that run's end.
    Skip,
    /// Begins the first of them at once, skips the others, and counts the period from there.
    Delay,
    /// Makes up for all of them, without a pause.
    Burst,
}

/// A run that begins at most this much after its time is not late, because timers are not more exact.
const LATE: Duration = Duration::from_millis(5);

impl Rhythm {
    /// The first due run. `every` must not be zero.
    pub(super) fn start(mut self) -> Due {
        // A delay of a whole period would collide with the next run.
        self.jitter = self.jitter.min(self.every.saturating_sub(Duration::from_nanos(1)));
        let moment = if self.immediate { Instant::now() } else { after(self.every) };
        let mut due = Due { rhythm: self, moment, at: moment };
        due.set(moment);
        due
    }
}

/// The run that is next.
pub(super) struct Due {
    rhythm: Rhythm,
    /// Its moment in the schedule.
    moment: Instant,
    at: Instant,
}

impl Due {
    /// When it must begin.
    pub(super) fn at(&self) -> Instant {
        self.at
    }

    /// The run begins: moves on to the next run.
    pub(super) fn begins(&mut self, now: Instant) {
        if self.rhythm.missed == Missed::Delay && now.saturating_duration_since(self.at) > LATE {
            self.moment = now;
        }
        self.set(later(self.moment, self.rhythm.every));
    }

    /// A run has ended, either a due run or a requested one.
    pub(super) fn ended(&mut self, now: Instant) {
        if self.rhythm.missed != Missed::Skip || self.at > now {
            return;
        }
        let late = now.saturating_duration_since(self.moment).as_nanos();
        let past = late.checked_rem(self.rhythm.every.as_nanos()).unwrap_or_default();
        let past = Duration::from_nanos(u64::try_from(past).unwrap_or(u64::MAX));
        self.set(later(now, self.rhythm.every.saturating_sub(past)));
    }

    fn set(&mut self, moment: Instant) {
        self.moment = moment;
        self.at = later(moment, random(self.rhythm.jitter));
    }
}

/// A random duration from zero to this.
pub(super) fn random(most: Duration) -> Duration {
    if most.is_zero() {
        return Duration::ZERO;
    }
    Duration::from_nanos(fastrand::u64(..=u64::try_from(most.as_nanos()).unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Due, LATE, Missed, Rhythm};

    const EVERY: Duration = Duration::from_secs(10);

    fn due(missed: Missed, jitter: Duration) -> (Due, Instant) {
        let due = Rhythm { every: EVERY, jitter, missed, immediate: true }.start();
        let start = due.moment;
        (due, start)
    }

    /// When the next run is due after one that took this long, in seconds from the start.
    fn next(missed: Missed, took: Duration) -> f64 {
        let (mut due, start) = due(missed, Duration::ZERO);
        due.begins(start);
        due.ended(start + took);
        due.at().saturating_duration_since(start).as_secs_f64()
    }

    #[test]
    fn what_a_run_has_outlasted_is_left_out_and_the_next_one_begins_later_than_its_end() {
        for (took, then) in
            [(0, 10), (9_999, 10), (10_000, 20), (10_001, 20), (19_999, 20), (20_000, 30), (95_000, 100)]
        {
            assert!(
                (next(Missed::Skip, Duration::from_millis(took)) - f64::from(then)).abs() < 1e-6,
                "after {took} ms"
            );
        }
    }

    #[test]
    fn what_is_made_up_for_stays_due() {
        for missed in [Missed::Burst, Missed::Delay] {
            assert!((next(missed, 3 * EVERY) - 10.0).abs() < 1e-6, "{missed:?}");
        }
    }

    #[test]
    fn a_delayed_loop_counts_from_the_run_that_was_late_and_others_from_their_schedule() {
        for (missed, late, then) in [
            (Missed::Delay, Duration::from_secs(3), Duration::from_secs(23)),
            (Missed::Delay, LATE, Duration::from_secs(20)),
            (Missed::Burst, Duration::from_secs(3), Duration::from_secs(20)),
            (Missed::Skip, Duration::from_secs(3), Duration::from_secs(20)),
        ] {
            let (mut due, start) = due(missed, Duration::ZERO);
            due.begins(start);
            due.begins(start + EVERY + late);
            assert_eq!(due.at(), start + then, "{missed:?} by {late:?}");
        }
    }

    #[test]
    fn a_run_in_between_does_not_shift_the_schedule() {
        let (mut due, start) = due(Missed::Skip, Duration::ZERO);
        due.begins(start);
        due.ended(start + Duration::from_secs(4));
        assert_eq!(due.at(), start + EVERY);
    }

    #[test]
    fn jitter_puts_off_and_the_schedule_does_not_drift() {
        let jitter = Duration::from_secs(4);
        let (mut due, start) = due(Missed::Skip, jitter);
        let mut offsets = Vec::new();
        for number in 0..200 {
            let offset = due.at().checked_duration_since(start + number * EVERY).expect("never early");
            assert!(offset <= jitter, "{offset:?}");
            offsets.push(offset);
            let at = due.at();
            due.begins(at);
            due.ended(at);
        }
        assert!(
            offsets.iter().any(|offset| *offset < jitter / 4) && offsets.iter().any(|offset| *offset > jitter * 3 / 4)
        );
    }

    #[test]
    fn a_jitter_of_more_than_the_period_is_cut_to_less_than_it() {
        let (mut due, start) = due(Missed::Skip, Duration::MAX);
        for number in 0..200 {
            assert!(due.at() >= start + number * EVERY && due.at() < start + (number + 1) * EVERY);
            let at = due.at();
            due.begins(at);
        }
    }

    #[test]
    fn a_period_that_no_clock_can_express_never_comes() {
        let rhythm = Rhythm { every: Duration::MAX, jitter: Duration::MAX, missed: Missed::Skip, immediate: true };
        let mut due = rhythm.start();
        let now = Instant::now();
        due.begins(now);
        due.ended(now);
        assert!(due.at() > now + Duration::from_secs(1_000_000_000));
    }
}
