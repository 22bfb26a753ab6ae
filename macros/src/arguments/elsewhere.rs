//! What schedulers and queues of other languages have as arguments: what it is called here, or which call says it.

use super::habits::{Habit, as_literal_of, number, written};
use super::kind::Kind;
use super::table::Argument;
use super::tracked::Tracked;
use crate::syntax::expr::{is_word, plain};
use crate::syntax::text::as_written;
use crate::syntax::{calendar, duration};
use syn::{Expr, ExprLit, Lit};

pub(super) fn habit(kind: Kind, key: &str, value: Option<&Expr>, tracker: &Tracked) -> Option<Habit> {
    if kind == Kind::Durable {
        if let Some(message) = at_the_call(key, value) {
            return Some(Habit::Says(message));
        }
    }
    Some(match key {
        "soft_time_limit" | "visibility_timeout" | "execution_timeout" | "job_timeout" | "run_timeout"
        | "max_runtime" => Habit::Means(Argument::Timeout, written(Argument::Timeout, value, None)),
        "fixed_rate" | "at_fixed_rate" | "fixed_rate_string" => {
            Habit::Means(Argument::Every, written(Argument::Every, value, None))
        }
        key if is_pause(key) => Habit::Says(pause(kind, key, value)),
        "immediately" | "run_immediately" | "run_at_start" | "run_on_start" | "run_on_startup" | "on_start"
        | "eager" | "fire_immediately" => Habit::Means(Argument::Immediate, Argument::Immediate.key().to_owned()),
        "workers" | "threads" | "worker_count" | "instances" | "replicas" if kind == Kind::Worker => {
            Habit::Says(format!(
                "each call starts one worker: leave `{key}` out, and call the function once for each that is to run"
            ))
        }
        "queue" | "queue_name" if text(value).is_some_and(|text| text.parse::<u32>().is_err()) => {
            Habit::Says(format!("the queue of {} has no name of its own: leave `{key}` out", tracker.shown()))
        }
        key if is_of_calendar(key) && (kind == Kind::Periodic || matches!(key, "cron" | "schedule" | "crontab")) => {
            let period = text(value).and_then(|text| calendar::period(&text)).or_else(|| calendar::period(key));
            let period = period.unwrap_or_else(|| if key == "at" || key == "time" { "24h" } else { "1h" }.to_owned());
            Habit::Says(format!(
                "`{key}` is no argument: write `every = \"{period}\"` in a `#[periodic]`; for a time of the day, sleep until then in \
                 the loop of a `#[worker]`"
            ))
        }
        "delay" | "after" | "start_after" | "initial_delay" | "start_delay" | "first_delay" => {
            Habit::Says(match kind {
                Kind::Periodic => format!(
                    "the first run begins `every` after the start, or at once with `immediate`: leave `{key}` out, and for another \
                 delay start the loop later"
                ),
                _ => format!("a call begins at once: leave `{key}` out, and begin the body with `tokio::time::sleep`"),
            })
        }
        _ => return in_general(kind, key, value),
    })
}

/// From the end of a run to the begin of the next one.
pub(super) fn is_pause(key: &str) -> bool {
    key.contains("fixed_delay")
        || matches!(key, "pause" | "pause_between" | "delay_between" | "sleep_between" | "sleep")
}

fn pause(kind: Kind, key: &str, value: Option<&Expr>) -> String {
    let number = || value.and_then(number);
    let read = || value.and_then(as_literal_of).and_then(|text| duration::read(&text).ok());
    let pause = match read() {
        Some(pause) if pause.subsec_millis() == 0 => format!("from_secs({})", pause.as_secs()),
        Some(pause) => format!("from_millis({})", pause.as_millis()),
        // Those that count it count milliseconds.
        None => match number() {
            Some(count) if !key.ends_with("secs") && !key.ends_with("seconds") => format!("from_millis({count})"),
            Some(count) => format!("from_secs({count})"),
            None => "from_secs(30)".to_owned(),
        },
    };
    let sleep = format!("`tokio::time::sleep(std::time::Duration::{pause}).await`");
    match kind {
        Kind::Worker => {
            format!("a worker's loop has its own pauses: leave `{key}` out, and end the loop's body with {sleep}")
        }
        Kind::Periodic => format!(
            "`every` counts from one begin to the next, and not from a run's end: leave `{key}` out, and for a pause behind each run \
             make it a `#[worker]`, whose loop awaits the work and then {sleep}"
        ),
        _ => format!(
            "a call runs once: leave `{key}` out; for runs with a pause in between, call it in the loop of a `#[worker]`, which awaits it \
             and then {sleep}"
        ),
    }
}

/// A time of the day, where others take one.
pub(super) fn is_of_calendar(key: &str) -> bool {
    const WORDS: &[&str] = &[
        "at",
        "cron",
        "crontab",
        "daily",
        "day",
        "day_of_week",
        "hour",
        "hourly",
        "minute",
        "monthly",
        "run_at",
        "schedule",
        "time",
        "weekday",
        "weekly",
    ];
    WORDS.contains(&key)
}

/// What there is no argument for.
fn in_general(kind: Kind, key: &str, value: Option<&Expr>) -> Option<Habit> {
    Some(match key {
        "autoretry_for" | "retry_kwargs" | "retry_policy" => {
            Habit::Means(Argument::Retry, Argument::Retry.example().to_owned())
        }
        "lock" | "lock_at_most" | "lock_at_most_for" | "distributed" | "singleton" | "leader" | "one_server" => {
            Habit::Says(format!(
                "each process runs what is started in it: leave `{key}` out, and take a lock in the body, or start it in one process alone"
            ))
        }
        "enabled" | "disabled" | "active" | "autostart" | "auto_start" | "if_" => Habit::Says(format!(
            "nothing runs that is not called: leave `{key}` out, and call the function only where it is to run"
        )),
        "signal" | "signals" | "on_signal" => Habit::Says(format!(
            "a `Shutdown` listens for signals, and drains the trackers: leave `{key}` out, and write \
             `.on(outlive::Shutdown::requested())` there"
        )),
        "on_shutdown" | "on_stop" | "on_cancel" | "on_cancelled" | "on_exit" | "cleanup" | "finally" | "teardown"
        | "pre_destroy" => Habit::Says(format!(
            "what is to be done at the end stands in the body, behind `outlive::Context::current().cancelled().await`: leave `{key}` \
             out, and add `grace = \"2s\"`"
        )),
        "labels" | "tags" | "metadata" | "attributes" | "baggage" => Habit::Says(format!(
            "a task has the labels of its caller's context: leave `{key}` out, and add one there, with `.with_label(\"key\", value)`"
        )),
        "metrics" | "stats" | "monitor" | "monitored" | "instrumented" | "counter" => Habit::Says(format!(
            "the calls of a function are counted anyway: leave `{key}` out, and look at `outlive::status()`"
        )),
        "retry_jitter" => Habit::Says(format!("the pauses between attempts have a jitter anyway: leave `{key}` out")),
        "bind" => Habit::Says(format!("the body has its context by `outlive::Context::current()`: leave `{key}` out")),
        "coalesce" | "misfire" | "misfire_grace_time" => Habit::Means(Argument::Missed, "missed = skip".to_owned()),
        "shutdown" | "shutdown_timeout" | "stop_timeout" | "drain_timeout" | "graceful" | "graceful_timeout"
        | "termination_grace" => Habit::Means(Argument::Grace, written(Argument::Grace, value, None)),
        "supervise" | "supervised" | "restart_policy" | "respawn_policy" => {
            Habit::Means(Argument::Restart, Argument::Restart.example().to_owned())
        }
        "on_full" | "overflow" | "rejection_policy" | "backpressure_policy" | "if_full"
            if value.is_some_and(|value| {
                let word = as_written(value).to_lowercase();
                ["drop", "discard", "abort", "fail", "error", "reject"].iter().any(|own| word.contains(own))
            }) =>
        {
            Habit::Means(Argument::WhenFull, "when_full = reject".to_owned())
        }
        "rejection_policy" | "backpressure_policy" | "if_full" => {
            Habit::Means(Argument::WhenFull, "when_full = wait".to_owned())
        }
        "wait" | "block" | "blocks" | "backpressure" => Habit::Means(Argument::WhenFull, "when_full = wait".to_owned()),
        "flavor" | "worker_threads" | "thread_pool" | "pool" | "executor" | "scheduler" => Habit::Says(format!(
            "a task runs on the runtime of its caller: leave `{key}` out; for another, take its handle as an argument, \
             `handle: tokio::runtime::Handle`, with `on = handle`"
        )),
        "on_success" | "on_complete" | "on_done" | "on_finish" | "callback" | "then" => Habit::Says(format!(
            "what is to be done after the work stands at the end of the body, or behind the handle's `.await`: leave `{key}` out"
        )),
        "priority" => Habit::Says(format!(
            "tasks have no priority: leave `{key}` out; calls that must not wait for others have a tracker of their own"
        )),
        "overlap" | "max_instances" | "concurrent" | "allow_concurrent" | "no_overlap" if kind == Kind::Periodic => {
            Habit::Says(format!("the runs of a loop never overlap: leave `{key}` out"))
        }
        "times" | "count" | "limit" | "repeat" | "runs" | "max_runs" | "until"
            if kind == Kind::Periodic && (key != "limit" || value.and_then(number).is_some()) =>
        {
            Habit::Says(format!(
                "a loop runs until its tracker drains: leave `{key}` out; what ends by itself is a `#[detached]` function that loops"
            ))
        }
        "timezone" | "tz" | "zone" => {
            Habit::Says(format!("`every` counts from the start, and knows no time zone: leave `{key}` out"))
        }
        "log" | "trace" | "level" | "skip" | "skip_all" | "fields" | "err" | "ret" | "target" | "instrument"
        | "follows_from" => Habit::Says(of_instrument(key)),
        "parent" if value.is_none_or(|value| is_word(value, "None")) => Habit::Says(of_instrument(key)),
        "local" | "send" | "not_send" => Habit::Says(format!(
            "a task may move to another thread: leave `{key}` out, and pass an `Arc` where an `Rc` was"
        )),
        "rate_limit" | "throttle" | "debounce" => Habit::Says(format!(
            "a tracker bounds how many tasks run at once, and not how many begin in a second: leave `{key}` out"
        )),
        _ => return None,
    })
}

/// The arguments of `#[tracing::instrument]`.
fn of_instrument(key: &str) -> String {
    let below =
        |written: &str| format!("for a span of your own, put `#[tracing::instrument({written})]` below this attribute");
    match key {
        "skip" | "skip_all" => format!("a task's span records no arguments: leave `{key}` out"),
        "fields" => {
            format!("a task's span has no fields but its own: leave `fields` out; {}", below("skip_all, fields(…)"))
        }
        "err" => "an `Err` is reported anyway: leave `err` out".to_owned(),
        "ret" => "the handle gives the result: leave `ret` out".to_owned(),
        "level" | "target" => {
            format!(
                "a task's span has the level and the target of outlive: leave `{key}` out; {}",
                below(&format!("{key} = …"))
            )
        }
        "parent" => "a task's span is a root, which follows from its caller's: leave `parent` out".to_owned(),
        "follows_from" => "a task's span follows from its caller's anyway: leave `follows_from` out".to_owned(),
        _ => format!("a task has its own span: leave `{key}` out; {}", below("skip_all")),
    }
}

/// Of a durable function, each call says it.
fn at_the_call(key: &str, value: Option<&Expr>) -> Option<String> {
    let says = |what: &str, method: String| format!("{what}: leave `{key}` out, and write `{method}` at the call");
    Some(match key {
        "delay" | "after" | "start_after" | "initial_delay" | "start_delay" | "countdown" | "eta" | "run_at"
        | "schedule_at" | "scheduled_at" => {
            let delay = match value.and_then(number) {
                Some(seconds) => format!("{seconds}s"),
                None => text(value)
                    .filter(|text| crate::syntax::duration::read(text).is_ok())
                    .unwrap_or_else(|| "10m".to_owned()),
            };
            says("each call says when its job runs", format!(".after({delay:?})"))
        }
        "unique" | "unique_by" | "unique_for" | "dedup" | "idempotent" | "idempotency_key" => {
            says("each call says what its job is unique by", ".unique(\"scope\", key)".to_owned())
        }
        "queue" | "queue_name" | "routing_key" => {
            let name = text(value).unwrap_or_else(|| "mail".to_owned());
            says("each call says which queue its job goes to", format!(".queue({name:?})"))
        }
        "acks_late" => format!("a job is marked as done when its run has ended anyway: leave `{key}` out"),
        "ignore_result" | "result_backend" => {
            format!("nobody is given what a run gives, but for its `Err`: leave `{key}` out")
        }
        "bind" => format!("a run has its job's id in its context: leave `{key}` out"),
        _ => return None,
    })
}

/// What stands in the quotes.
fn text(value: Option<&Expr>) -> Option<String> {
    match value.map(plain) {
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Some(text.value()),
        _ => None,
    }
}
