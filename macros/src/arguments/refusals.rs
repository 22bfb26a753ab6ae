//! Why a macro does not take an argument, and what to write instead. `{key}` is the user's name of the argument, `{example}` it
//! and its value, `{loop}` a loop with it, `{deadline}` a timeout, `{track}` what names the
//! tracker behind others.

pub(super) const IS_A_METHODS: &str = "`{key}` belongs to a method: write `{example}` in its `#[detached(…)]`";

pub(super) const IS_A_LOOPS: &str = "`{key}` is a loop's: write `{loop}`, or leave it out";

pub(super) const IS_FOR_RUNS: &str = "`{key}` is for runs that repeat: write `{loop}`, \
                           or leave it out and wait in the worker's own loop";

pub(super) const HAS_NO_TIMEOUT: &str = "a worker has no timeout, as it runs until its tracker drains: leave `{key}` out; a \
                              limit for each message is one of a function that the loop calls and awaits, by \
                              `#[outlive::detached({deadline}{track})]` on that one; runs that repeat are \
                              `#[outlive::periodic(every = \"30s\", timeout = \"10s\"{track})]`";

pub(super) const ASKS_ONCE: &str = "a loop is admitted once, when it starts; where there is no room, its handle gives `Rejected::Full`: leave `{key}` out";

pub(super) const STARTS_FROM_ROOT: &str = "a loop starts from `Context::root()`, as it must not carry one request's identity for \
                                ever: leave `{key}` out, and pass what it needs as an argument";

pub(super) const IS_ASYNC: &str =
    "a periodic function is `async`: leave `{key}` out, and let its body call a `#[detached(blocking, …)]` function";

pub(super) const IS_FOR_RETRIES: &str = "`{key}` is for the attempts of a `#[detached(retry = \"3, 100ms..2s\", …)]` call: leave it \
                              out of a loop";

pub(super) const ENDS: &str = "`{key}` is for `#[detached]`, which ends: leave it out of a loop";

pub(super) const IS_KEPT: &str = "a durable function is tried again by its queue: write `attempts = 5, backoff = \"1s..5m\"`, or leave \
                                  `{key}` out";

pub(super) const IS_ELSEWHERE: &str = "a durable function may run in another process, which has nothing of its caller but what travels: \
                                       leave `{key}` out, and pass what it needs as an argument";

pub(super) const IS_FOR_DURABLE: &str = "`{key}` is for `#[durable]`, whose calls are kept in a queue: leave it out";
