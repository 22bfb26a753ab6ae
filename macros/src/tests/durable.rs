//! What a durable function expands to, and what it cannot be.

use super::durable;
use super::expansion::{Wrap, golden};

#[test]
fn durable_function() {
    golden(
        "durable",
        durable(
            "timeout = \"30s\", attempts = 5, backoff = \"1s..5m\", track = MAIL",
            "/// Greets.
            #[tracing::instrument]
            pub(crate) async fn send_welcome(#[state] mailer: Mailer, to: Address, mut user: UserId) -> Outcome { body }",
        ),
        Wrap::Module,
    );
}

#[test]
fn durable_with_constants_and_a_tracker_of_its_own() {
    golden(
        "durable_with_constants",
        durable(
            "timeout = LIMIT, attempts = ATTEMPTS, backoff = FIRST..\"5m\", track = app.tasks, \
             name = \"mail.welcome\", crate = kept, blocking",
            "fn send_welcome(#[state] app: App) { body }",
        ),
        Wrap::Module,
    );
}

#[test]
fn durable_fallback() {
    golden(
        "durable_fallback",
        durable("timeout = \"5s\"", "pub async fn send_welcome(#[state] app: App, to: Address) { body }"),
        Wrap::Module,
    );
}

#[test]
fn the_documentation_says_the_limits_and_that_nothing_runs_yet() {
    for (attempts, shown) in
        [("", "5 attempts"), (", attempts = 1", "1 attempt"), (", attempts = MOST", "`MOST` attempts")]
    {
        let attr = format!("timeout = \"9s\", track = MAIL{attempts}");
        let (output, errors) = durable(&attr, "/// Greets.\npub async fn send_welcome() {}");
        let line = format!(
            "Durable: at most {shown}, each at most 9s, tracked by `MAIL`; nothing runs until its `Job` is enqueued or spawned."
        );
        assert!(errors.is_empty() && output.to_string().contains(&line), "{line}\n{output}");
    }
}

/// What a durable function cannot be: the arguments after a timeout and a tracker, and the function.
pub(super) const MORE: &[(&str, &str)] = &[
    ("", "async fn f(self) {}"),
    ("", "async fn f(&self, to: &str) {}"),
    ("", "async fn f<T>(to: T) {}"),
    ("", "async fn f(to: impl Into<String>) {}"),
    ("", "async fn f((a, b): (u8, u8)) {}"),
    ("", "async fn f(to: &str) {}"),
    ("", "async fn f(#[state] mailer: &Mailer) {}"),
    ("", "async fn f(#[state] mailer: &'static Mailer) -> u64 {}"),
    ("", "async fn f(#[state] mailer: &mut Mailer) {}"),
    ("", "async fn f(#[state] mailer: impl Mailer) {}"),
    ("", "async fn f(#[state] mailer: Box<dyn Mailer + '_>) {}"),
    ("", "async fn f(#[data] mailer: Mailer) {}"),
    ("", "async fn f(#[inject] mailer: Mailer) {}"),
    ("", "async fn f(#[State] mailer: Mailer) {}"),
    ("", "async fn f(State(mailer): State<Mailer>) {}"),
    ("", "async fn f(ctx: &Context) {}"),
    ("", "async fn f() -> (u8, u8) { body }"),
    ("", "async fn f() -> Result<u64, Error> { 7 }"),
    ("", "async fn f() -> bool { true }"),
    ("", "async fn f() -> Option<()> { None }"),
    ("", "async fn f() -> ! { loop {} }"),
    ("", "async fn f() -> impl Future<Output = ()> { body }"),
    ("", "async fn f() -> Result<BoxFuture<'static, ()>, Error> { body }"),
    ("", "async fn f() -> Result<JoinHandle<()>, Error> { body }"),
    ("", "async fn f(#[state(here)] db: Db) {}"),
    ("", "fn f() {}"),
    ("", "#[detached(timeout = \"5s\", track = MAIL)] async fn f() {}"),
    ("", "struct S;"),
    ("", "impl S {}"),
    ("attempts = 0", "async fn f() {}"),
    ("attempts = \"3\"", "async fn f() {}"),
    ("attempts = -1", "async fn f() {}"),
    ("attempts = n", "async fn f(n: u32) {}"),
    ("backoff = \"5m..1s\"", "async fn f() {}"),
    ("backoff = \"1s\"", "async fn f() {}"),
    ("backoff = \"0s..1s\"", "async fn f() {}"),
    ("backoff = exponential", "async fn f() {}"),
    ("backoff = \"exponential\"", "async fn f() {}"),
    ("max_backoff = \"5m\"", "async fn f() {}"),
    ("retry_delay = \"5s\"", "async fn f() {}"),
    ("retry_backoff = true", "async fn f() {}"),
    ("default_retry_delay = 60", "async fn f() {}"),
    ("retry = \"3, 1s..2s\"", "async fn f() {}"),
    ("retry = 3", "async fn f() {}"),
    ("retry", "async fn f() {}"),
    ("retries = 3", "async fn f() {}"),
    ("max_retries = 3", "async fn f() {}"),
    ("max_attempts = 3", "async fn f() {}"),
    ("retry_if = is_transient", "async fn f() {}"),
    ("autoretry_for = [Error]", "async fn f() {}"),
    ("queue = \"mail\"", "async fn f() {}"),
    ("queue = MAIL", "async fn f() {}"),
    ("priority = 3", "async fn f() {}"),
    ("delay = \"5s\"", "async fn f() {}"),
    ("run_at = \"5s\"", "async fn f() {}"),
    ("countdown = 10", "async fn f() {}"),
    ("eta = \"5s\"", "async fn f() {}"),
    ("expires = 10", "async fn f() {}"),
    ("rate_limit = \"10/m\"", "async fn f() {}"),
    ("concurrency = 4", "async fn f() {}"),
    ("unique", "async fn f() {}"),
    ("idempotent = true", "async fn f() {}"),
    ("acks_late = true", "async fn f() {}"),
    ("ignore_result = true", "async fn f() {}"),
    ("bind = true", "async fn f() {}"),
    ("storage = sqlite", "async fn f() {}"),
    ("cron = \"0 4 * * *\"", "async fn f() {}"),
    ("when_full = wait", "async fn f() {}"),
    ("unfinished = spill", "async fn f() {}"),
    ("every = \"3s\"", "async fn f() {}"),
    ("context = ctx", "async fn f() {}"),
];

/// Without what stands before the others in `MORE`.
pub(super) const WHOLE: &[(&str, &str)] = &[
    ("", "async fn f() {}"),
    ("track = MAIL", "async fn f() {}"),
    ("timeout = \"5s\"", "async fn f() {}"),
    ("soft_time_limit = 5, track = MAIL", "async fn f() {}"),
    ("time_limit = 5, track = MAIL", "async fn f() {}"),
    ("visibility_timeout = 5, track = MAIL", "async fn f() {}"),
    ("MAIL, timeout = \"5s\"", "async fn f() {}"),
];
