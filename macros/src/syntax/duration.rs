//! `"5s"` → `Duration`, with messages that say what to type instead.

use super::calendar;
use super::nearest::nearest;
use humantime::DurationError;
use std::time::Duration;
use syn::{Error, Lit, LitFloat, LitInt, LitStr};

/// More digits than this and humantime's own additions may overflow; no real duration has them.
const MAX_DIGITS: usize = 15;

const UNITS: &[&str] = &[
    "ns", "us", "ms", "s", "m", "h", "d", "msec", "sec", "secs", "second", "seconds", "min", "mins", "minute",
    "minutes", "hr", "hrs", "hour", "hours", "day", "days", "week", "weeks",
];

/// Reads the literal of argument `key`.
pub(crate) fn parse(key: &str, literal: &LitStr) -> Result<Duration, Error> {
    let written = literal.value();
    read(&written).map_err(|problem| Error::new(literal.span(), format!("`{key}`: {problem}")))
}

/// The same of a text; the error says what is wrong with it.
pub(crate) fn read(written: &str) -> Result<Duration, String> {
    let trimmed = written.trim();
    if trimmed.is_empty() {
        return Err("the duration is empty: write a number and a unit, as in `\"5s\"`".into());
    }
    if trimmed.starts_with('-') {
        return Err(format!("a duration cannot be negative: `\"{written}\"`; write it without the `-`"));
    }
    let too_large =
        || format!("`\"{written}\"` is too large, or finer than a nanosecond: it does not fit a `Duration`");
    if trimmed.chars().filter(char::is_ascii_digit).count() > MAX_DIGITS {
        return Err(too_large());
    }
    humantime::parse_duration(trimmed).map_err(|error| match error {
        DurationError::UnknownUnit { unit, value, .. } if unit.is_empty() && finer(trimmed).is_some() => {
            let unit = finer(trimmed).unwrap_or_default();
            format!("`{value}` has no unit: write `\"{trimmed}{unit}\"`")
        }
        DurationError::UnknownUnit { unit, value, .. } if unit.is_empty() => {
            format!("`{value}` has no unit: write `\"{value}s\"` for seconds, `\"{value}ms\"` for milliseconds")
        }
        DurationError::UnknownUnit { unit, .. } => match nearest(&unit, UNITS) {
            Some(near) => {
                format!("`{unit}` is not a unit of time: did you mean `\"{}\"`?", trimmed.replacen(&unit, near, 1))
            }
            None => format!(
                "`{unit}` is not a unit of time: use `ms`, `s`, `m` or `h`, as in `\"250ms\"`, `\"5s\"`, `\"1m 30s\"`"
            ),
        },
        DurationError::NumberOverflow => too_large(),
        DurationError::InvalidCharacter(_) | DurationError::NumberExpected(_) | DurationError::Empty => {
            let decimal = Some(trimmed.replace(',', ".")).filter(|decimal| humantime::parse_duration(decimal).is_ok());
            let in_words = || {
                let rest = trimmed.to_lowercase().strip_prefix("every ")?.trim().to_owned();
                humantime::parse_duration(&rest).is_ok().then_some(rest)
            };
            match decimal.or_else(|| calendar::of_clock(trimmed)).or_else(in_words) {
                Some(fixed) => format!("`\"{written}\"` is not a duration: write `\"{fixed}\"`"),
                None => format!(
                    "`\"{written}\"` is not a duration: write a number and a unit, as in `\"250ms\"`, `\"5s\"`, `\"1m 30s\"`"
                ),
            }
        }
    })
}

/// The next unit, of `1h30`.
fn finer(written: &str) -> Option<&'static str> {
    let unit = written.trim_end_matches(|char: char| char.is_ascii_digit()).trim_end();
    [("h", "m"), ("m", "s"), ("s", "ms")].into_iter().find_map(|(coarse, fine)| unit.ends_with(coarse).then_some(fine))
}

/// As one writes it. Less than a nanosecond is one.
pub(crate) fn shown(duration: Duration) -> String {
    humantime::format_duration(duration.max(Duration::from_nanos(1))).to_string()
}

/// `timeout = 5`, and `timeout = 5s`, which Rust reads as an integer with a suffix.
pub(crate) fn integer(key: &str, literal: &LitInt) -> Error {
    number(key, literal.base10_digits(), literal.suffix(), literal.span())
}

/// `timeout = 1.5`.
pub(crate) fn float(key: &str, literal: &LitFloat) -> Error {
    number(key, literal.base10_digits(), literal.suffix(), literal.span())
}

fn number(key: &str, digits: &str, suffix: &str, span: proc_macro2::Span) -> Error {
    let with_unit = format!("{digits}{suffix}");
    let message = if read(&with_unit).is_ok() {
        format!("`{key}` is a string: write `{key} = \"{with_unit}\"`")
    } else {
        let (likely, other) = units(digits);
        format!(
            "`{key}` needs a unit: write `{key} = \"{digits}{}\"`, or `\"{digits}{}\"` for {}",
            likely.0, other.0, other.1
        )
    };
    Error::new(span, message)
}

type Unit = (&'static str, &'static str);

/// Of a bare number, what was probably meant, and what else it may be.
fn units(digits: &str) -> (Unit, Unit) {
    let (seconds, milliseconds) = (("s", "seconds"), ("ms", "milliseconds"));
    match digits.parse::<f64>() {
        Ok(number) if number >= 100.0 => (milliseconds, seconds),
        _ => (seconds, milliseconds),
    }
}

/// The literal as a duration is written; its unit, if its name says one. `None` where that is no number.
pub(crate) fn as_literal(literal: &Lit, unit: Option<&str>) -> Option<String> {
    let (digits, suffix) = match literal {
        Lit::Int(integer) => (integer.base10_digits().to_owned(), integer.suffix()),
        Lit::Float(float) => (float.base10_digits().to_owned(), float.suffix()),
        Lit::Str(text) => (text.value().trim().to_owned(), ""),
        _ => return None,
    };
    let with_suffix = format!("{digits}{suffix}");
    if read(&with_suffix).is_ok() {
        return Some(format!("\"{with_suffix}\""));
    }
    digits.parse::<f64>().ok()?;
    let unit = unit.unwrap_or_else(|| units(&digits).0.0);
    Some(format!("\"{digits}{unit}\""))
}
