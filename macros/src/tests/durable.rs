//! What a durable function expands to, and what it cannot be.

use super::expansion::{Wrap, golden};
use super::{durable, shown};

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

fn refused(attr: &str, item: &str) -> Vec<String> {
    shown(&durable(attr, item).1)
}

#[test]
fn one_mistake_is_one_message() {
    const PLAIN: &str = "timeout = \"5s\", track = MAIL";
    let with = |more: &str| format!("{PLAIN}, {more}");
    for (attr, item) in [
        (PLAIN, "async fn f(self) {}"),
        (PLAIN, "async fn f(&self, to: &str) {}"),
        (PLAIN, "async fn f<T>(to: T) {}"),
        (PLAIN, "async fn f(to: impl Into<String>) {}"),
        (PLAIN, "async fn f((a, b): (u8, u8)) {}"),
        (PLAIN, "async fn f(to: &str) {}"),
        (PLAIN, "async fn f() -> (u8, u8) { body }"),
        (PLAIN, "async fn f() -> Result<u64, Error> { 7 }"),
        (PLAIN, "async fn f() -> ! { loop {} }"),
        (PLAIN, "async fn f() -> impl Future<Output = ()> { body }"),
        (PLAIN, "async fn f() -> Result<BoxFuture<'static, ()>, Error> { body }"),
        (PLAIN, "async fn f(#[state(here)] db: Db) {}"),
        (PLAIN, "fn f() {}"),
        (PLAIN, "#[detached(timeout = \"5s\", track = MAIL)] async fn f() {}"),
        (PLAIN, "struct S;"),
        (PLAIN, "impl S {}"),
        ("", "async fn f() {}"),
        ("track = MAIL", "async fn f() {}"),
        (&with("attempts = 0"), "async fn f() {}"),
        (&with("attempts = \"3\""), "async fn f() {}"),
        (&with("attempts = -1"), "async fn f() {}"),
        (&with("attempts = n"), "async fn f(n: u32) {}"),
        (&with("backoff = \"5m..1s\""), "async fn f() {}"),
        (&with("backoff = \"1s\""), "async fn f() {}"),
        (&with("backoff = \"0s..1s\""), "async fn f() {}"),
        (&with("retry = \"3, 1s..2s\""), "async fn f() {}"),
        (&with("max_attempts = 3"), "async fn f() {}"),
        (&with("when_full = wait"), "async fn f() {}"),
        (&with("unfinished = spill"), "async fn f() {}"),
        (&with("every = \"3s\""), "async fn f() {}"),
        (&with("context = ctx"), "async fn f() {}"),
    ] {
        let errors = refused(attr, item);
        assert_eq!(errors.len(), 1, "{attr} {item}: {errors:#?}");
    }
}
