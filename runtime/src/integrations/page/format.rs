//! Formats numbers and times for an operator.

use std::fmt::{self, Display};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A number, in groups of three digits: `10,000`.
pub(super) struct Number<N>(pub(super) N);

impl<N: TryInto<u64> + Copy> Display for Number<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.try_into().unwrap_or(u64::MAX).to_string();
        for (at, digit) in digits.char_indices() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// A number of things: `1 loop`, `2 loops`.
pub(super) struct Plural<N>(pub(super) N, pub(super) &'static str);

impl<N: TryInto<u64> + Copy> Display for Plural<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, noun) = *self;
        write!(
            f,
            "{} {noun}{}",
            Number(number),
            if number.try_into().is_ok_and(|number| number == 1) { "" } else { "s" }
        )
    }
}

/// A time to two or three digits: `250 ms`, `4.2 s`, `12 min 5 s`, `3 d 4 h`. Its spaces break no line.
pub(super) struct Time(pub(super) Duration);

impl Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (millis, secs) = (self.0.as_millis(), self.0.as_secs());
        let two = |f: &mut fmt::Formatter<'_>, large: u64, small: u64, units: [&str; 2]| match small {
            0 => write!(f, "{large}\u{a0}{}", units[0]),
            _ => write!(f, "{large}\u{a0}{}\u{a0}{small}\u{a0}{}", units[0], units[1]),
        };
        match secs {
            _ if millis == 0 && self.0 > Duration::ZERO => f.write_str("<\u{a0}1\u{a0}ms"),
            0 if millis == 0 => f.write_str("0\u{a0}s"),
            0 => write!(f, "{millis}\u{a0}ms"),
            1..=9 if millis % 1_000 >= 100 => write!(f, "{secs}.{}\u{a0}s", millis % 1_000 / 100),
            1..=59 => write!(f, "{secs}\u{a0}s"),
            60..=3_599 => two(f, secs / 60, secs % 60, ["min", "s"]),
            3_600..=86_399 => two(f, secs / 3_600, secs / 60 % 60, ["h", "min"]),
            _ => two(f, secs / 86_400, secs / 3_600 % 24, ["d", "h"]),
        }
    }
}

/// A rate per second.
pub(super) struct PerSecond(pub(super) f64);

impl Display for PerSecond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0.0 => f.write_str("0"),
            rate if rate < 0.01 => f.write_str("< 0.01"),
            rate if rate < 1.0 => write!(f, "{rate:.2}"),
            rate if rate < 100.0 => write!(f, "{rate:.1}"),
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float is cut to what fits")]
            rate => write!(f, "{}", Number(rate.round() as u64)),
        }
    }
}

/// A moment as RFC 3339 has it, in UTC.
pub(super) fn rfc3339(at: SystemTime) -> String {
    const LAST: Duration = Duration::from_secs(253_402_300_799); // of the year 9999
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default().min(LAST);
    humantime::format_rfc3339_seconds(UNIX_EPOCH + since).to_string()
}

/// The time of day of that, in UTC.
pub(super) fn time_of_day(at: SystemTime) -> String {
    rfc3339(at).chars().skip(11).take(8).collect()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::{Number, PerSecond, Plural, Time, rfc3339, time_of_day};

    #[test]
    fn a_number_has_groups_of_three_digits() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(Number(number).to_string(), text);
        }
        assert_eq!((Plural(1, "loop").to_string(), Plural(0, "loop").to_string()), ("1 loop".into(), "0 loops".into()));
    }

    #[test]
    fn a_time_has_the_two_largest_of_its_units() {
        let shown = |time| Time(time).to_string().replace('\u{a0}', " ");
        for (millis, text) in [
            (0, "0 s"),
            (250, "250 ms"),
            (1_000, "1 s"),
            (4_260, "4.2 s"),
            (42_900, "42 s"),
            (725_000, "12 min 5 s"),
            (3_600_000, "1 h"),
            (11_530_000, "3 h 12 min"),
            (273_600_000, "3 d 4 h"),
        ] {
            assert_eq!(shown(Duration::from_millis(millis)), text);
        }
        assert_eq!(shown(Duration::from_nanos(1)), "< 1 ms");
        assert_eq!(shown(Duration::MAX), "213503982334601 d 7 h");
    }

    #[test]
    fn a_rate_is_not_rounded_to_nothing() {
        for (rate, text) in [(0.0, "0"), (0.001, "< 0.01"), (1.0 / 60.0, "0.02"), (12.34, "12.3"), (2_500.4, "2,500")] {
            assert_eq!(PerSecond(rate).to_string(), text);
        }
    }

    #[test]
    fn a_moment_is_shown_whatever_the_clock_says() {
        let at = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        assert_eq!((rfc3339(at), time_of_day(at)), ("2023-11-14T22:13:20Z".to_owned(), "22:13:20".to_owned()));
        assert_eq!(rfc3339(UNIX_EPOCH - Duration::from_secs(5)), "1970-01-01T00:00:00Z");
        let far: SystemTime = UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(rfc3339(far), "9999-12-31T23:59:59Z");
    }
}
