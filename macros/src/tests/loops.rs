//! What loops and workers expand to.

use super::expansion::{Wrap, golden};
use super::task;
use crate::arguments::Kind;

#[test]
fn periodic() {
    golden(
        "periodic",
        task(
            Kind::Periodic,
            "every = PERIOD, timeout = \"10s\", grace = \"1s\", missed = burst, immediate, track = CACHE",
            "async fn refresh<T: Row>(cache: T, _: Guard) -> Outcome { body }",
        ),
        Wrap::Module,
    );
}

#[test]
fn periodic_at_run_time() {
    golden(
        "periodic_at_run_time",
        task(
            Kind::Periodic,
            "every = config.period, jitter = SPREAD, timeout = \"10s\", track = CACHE",
            "async fn refresh(config: Config) { body }",
        ),
        Wrap::Module,
    );
}

/// Of what looks like a constant, the compiler asks the value.
#[test]
fn a_period_is_a_constant_where_it_looks_like_one() {
    for (every, is_constant) in [
        ("PERIOD", true),
        ("config::PERIOD", true),
        ("Duration::from_secs(30)", true),
        ("core::time::Duration::from_millis(1_000 * (PERIOD_SECS as u64))", true),
        ("Duration::from_secs(seconds)", false),
        ("PERIOD * 2", false),
        ("*PERIOD", false),
        ("period()", false),
        ("config.period", false),
        ("Self::PERIOD", false),
        ("T::PERIOD", false),
        ("N", false),
    ] {
        let attr = format!("every = {every}, timeout = \"10s\", track = CACHE");
        let item = "async fn f<T: Job, const N: u64>(self, config: Config, seconds: u64) {}";
        let (tokens, errors) = task(Kind::Periodic, &attr, item);
        assert!(errors.is_empty(), "{every}");
        assert_eq!(tokens.to_string().contains("const __EVERY"), is_constant, "{every}");
    }
}

#[test]
fn worker_that_waits() {
    golden(
        "worker_that_waits",
        task(Kind::Worker, "when_full = wait, track = SESSIONS", "async fn session(stream: Stream) { body }"),
        Wrap::Module,
    );
}

#[test]
fn worker_by_value() {
    golden(
        "worker_by_value",
        task(Kind::Worker, "grace = \"2s\", track = self.tasks", "pub async fn run(mut self) -> u32 { body }"),
        Wrap::Impl,
    );
}

#[test]
fn worker_restarted() {
    golden(
        "worker_restarted",
        task(
            Kind::Worker,
            "restart = \"1s..1m\", track = app.tasks, name = \"session\", on = handle",
            "async fn session(app: App, handle: Handle) -> Outcome { body }",
        ),
        Wrap::Module,
    );
}
