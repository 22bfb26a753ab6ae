//! What people type from habit: other names, other units, and what is not an argument at all.

use super::elsewhere;
use super::kind::Kind;
use super::retries;
use super::row::Value;
use super::table::Argument;
use super::tracked::Tracked;
use crate::syntax::duration::{self, as_literal};
use crate::syntax::expr::{is_upper_case, plain};
use crate::syntax::text::as_written;
use syn::{Expr, ExprLit, Lit};

pub(super) enum Habit {
    /// An argument under another name; how it is written.
    Means(Argument, String),
    /// No argument; what to do instead.
    Says(String),
}

/// `tracker` is for the case that the answer is about it.
pub(super) fn habit(kind: Kind, key: &str, value: Option<&Expr>, tracker: &Tracked) -> Option<Habit> {
    if let Some((argument, unit)) = with_unit(kind, key) {
        return Some(Habit::Means(argument, written(argument, value, Some(unit))));
    }
    if let Some(habit) = elsewhere::habit(kind, key, value, tracker) {
        return Some(habit);
    }
    Some(match key {
        "concurrency" | "max_concurrency" | "max_concurrent" | "parallelism" | "max_parallel" | "bound" | "bounded"
        | "max_tasks" | "max_in_flight" | "capacity" => Habit::Says(tracker.bound(key, value)),
        "limit" if is_count(value) => Habit::Says(tracker.bound(key, value)),
        "drain" | "drain_budget" | "drain_secs" | "budget" | "shutdown_budget" => {
            Habit::Says(tracker.budget(key, value))
        }
        "queue" | "queue_size" | "buffer" | "backlog" => Habit::Says(tracker.queue(key, value)),
        "retries" | "max_retries" | "retry_count" => {
            // The first attempt is no retry.
            let constant = value.filter(|value| is_constant(value)).map(|count| format!("{} + 1", as_written(count)));
            let count = value.and_then(number).map_or(3, |count| count.saturating_add(1));
            match (kind, constant) {
                (Kind::Durable, Some(count)) => Habit::Means(Argument::Attempts, format!("attempts = {count}")),
                (Kind::Durable, None) => Habit::Means(Argument::Attempts, format!("attempts = {count}")),
                (_, Some(count)) => Habit::Means(Argument::Retry, format!("retry = ({count}, \"100ms..2s\")")),
                _ if value.is_some_and(|value| as_written(value).contains("..")) => return None,
                _ => Habit::Means(Argument::Retry, format!("retry = \"{count}, 100ms..2s\"")),
            }
        }
        "attempts" | "max_attempts" | "tries" => {
            let count = value.and_then(number).filter(|count| *count > 1);
            match (kind, value) {
                (Kind::Durable, Some(value)) => {
                    Habit::Means(Argument::Attempts, format!("attempts = {}", as_written(value)))
                }
                (_, Some(value)) if is_constant(value) => {
                    Habit::Means(Argument::Retry, format!("retry = ({}, \"100ms..2s\")", as_written(value)))
                }
                _ if value.is_some_and(|value| as_written(value).contains("..")) => return None,
                _ => Habit::Means(Argument::Retry, format!("retry = \"{}, 100ms..2s\"", count.unwrap_or(3))),
            }
        }
        "backoff" | "retry_backoff" | "retry_delay" | "retry_interval" | "backoff_range" | "default_retry_delay" => {
            let range = value.map(|value| range_of(value).unwrap_or_else(|| "1s..5m".to_owned()))?;
            match kind {
                Kind::Durable => Habit::Means(Argument::Backoff, format!("backoff = {range:?}")),
                Kind::Detached => Habit::Means(Argument::Retry, format!("retry = \"3, {range}\"")),
                Kind::Worker => Habit::Means(Argument::Restart, format!("restart = {range:?}")),
                Kind::Periodic | Kind::OwnedTasks => return None,
            }
        }
        key if retries::is_most(key) && matches!(kind, Kind::Detached | Kind::Durable) => {
            let most = value.and_then(as_literal_of);
            if kind == Kind::Durable {
                let most = most.unwrap_or_else(|| "5m".to_owned());
                Habit::Means(Argument::Backoff, format!("backoff = \"1s..{most}\""))
            } else {
                let most = most.unwrap_or_else(|| "2s".to_owned());
                Habit::Means(Argument::Retry, format!("retry = \"3, 100ms..{most}\""))
            }
        }
        "max_restarts" | "restarts" | "restart_limit" if kind == Kind::Worker => Habit::Says(format!(
            "a worker is restarted as often as it fails: leave `{key}` out, and write `restart = \"1s..1m\"`"
        )),
        "cancel" | "cancellation" | "cancel_token" | "cancellation_token" | "token" | "cancel_on" | "cancellable" => {
            Habit::Says(cancel(kind, key))
        }
        "detach" | "detached" | "spawn" | "background" => {
            Habit::Says(format!("{} runs on without its caller anyway: leave `{key}` out", kind.shown()))
        }
        "catch_panic" | "catch_unwind" => {
            Habit::Says(format!("a panic is caught and reported anyway: leave `{key}` out"))
        }
        _ => return None,
    })
}

/// What it is in the user's words, with the value.
pub(super) fn written(argument: Argument, value: Option<&Expr>, unit: Option<&str>) -> String {
    let Some(value) = value.filter(|_| !argument.is_flag()) else {
        return if argument.is_flag() { argument.key().to_owned() } else { argument.example().to_owned() };
    };
    let shown = match plain(value) {
        Expr::Closure(closure) => format!("|{}| {}", as_written(&closure.inputs), as_written(&closure.body)),
        _ => as_written(value),
    };
    let shown = match (argument.value(), plain(value)) {
        (Value::Duration { .. }, Expr::Lit(literal)) => as_literal(&literal.lit, unit).unwrap_or(shown),
        (Value::Duration { .. }, _) => match unit {
            Some("ms") => format!("std::time::Duration::from_millis({shown})"),
            Some("us") => format!("std::time::Duration::from_micros({shown})"),
            Some("m") => format!("std::time::Duration::from_secs(60 * {shown})"),
            Some("h") => format!("std::time::Duration::from_secs(3600 * {shown})"),
            Some(_) => format!("std::time::Duration::from_secs({shown})"),
            None => shown,
        },
        _ => shown,
    };
    if let (Value::Attempts { .. }, Some(count)) = (argument.value(), number(value).filter(|count| *count > 1)) {
        return format!("{} = \"{count}, 100ms..2s\"", argument.key());
    }
    if let Value::Word(words) = argument.value() {
        // Of the words, only one of them will do.
        let is_one = words.iter().any(|word| shown == *word);
        return if is_one { format!("{} = {shown}", argument.key()) } else { argument.example().to_owned() };
    }
    // A number alone says too little.
    if matches!(argument.value(), Value::Attempts { .. } | Value::Durations { .. }) && !shown.contains("..") {
        return argument.example().to_owned();
    }
    format!("{} = {shown}", argument.key())
}

/// `timeout_ms`: an argument for a duration, and its unit.
fn with_unit(kind: Kind, key: &str) -> Option<(Argument, &'static str)> {
    let (name, unit) = key.rsplit_once('_')?;
    let unit = match unit {
        "us" | "micros" | "microseconds" => "us",
        "ms" | "millis" | "msec" | "msecs" | "milliseconds" => "ms",
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        _ => return None,
    };
    let argument = Argument::known(kind, name).or_else(|| Argument::by_synonym(name))?;
    matches!(argument.value(), Value::Duration { .. }).then_some((argument, unit))
}

/// `ATTEMPTS`, a constant as it is named.
fn is_constant(value: &Expr) -> bool {
    matches!(plain(value), Expr::Path(path) if path.path.segments.last().is_some_and(|last| is_upper_case(&last.ident)))
}

/// `"1s..5m"`, or of `"1s"` a range that begins so.
fn range_of(value: &Expr) -> Option<String> {
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = plain(value) else { return None };
    let text = text.value();
    let text = text.trim();
    let range = if text.contains("..") { text.to_owned() } else { format!("{text}..5m") };
    let (first, most) = range.split_once("..")?;
    (duration::read(first).is_ok() && duration::read(most).is_ok()).then_some(range)
}

/// A duration in a string.
pub(super) fn as_literal_of(value: &Expr) -> Option<String> {
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = plain(value) else { return None };
    duration::read(&text.value()).ok().map(|_| text.value())
}

pub(super) fn number(value: &Expr) -> Option<u32> {
    match plain(value) {
        Expr::Lit(ExprLit { lit: Lit::Int(count), .. }) => count.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Str(count), .. }) => count.value().trim().parse().ok(),
        _ => None,
    }
}

/// A number, or a constant that may be one, and not a duration in a string.
fn is_count(value: Option<&Expr>) -> bool {
    value.is_some_and(|value| number(value).is_some())
}

fn cancel(kind: Kind, key: &str) -> String {
    let when = match kind {
        Kind::Worker => "a worker is cancelled when its tracker drains",
        Kind::Periodic => "a loop is cancelled when its tracker drains, and a run at its timeout",
        _ => "a task is cancelled at its timeout, and when its tracker drains",
    };
    format!(
        "{when}: leave `{key}` out; for time to clean up, add `grace = \"500ms\"`; to cancel one call, `handle.abort(…)`"
    )
}
