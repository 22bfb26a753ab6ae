//! The arguments of all the macros, a row each. From here come what a macro takes, which names are near, which values are
//! read, what is missing, what is refused with which words, and the tables of the documentation (`macros/docs`).

use super::refusals::{
    ASKS_ONCE, ENDS, HAS_NO_TIMEOUT, IS_A_LOOPS, IS_ASYNC, IS_ELSEWHERE, IS_FOR_DURABLE, IS_FOR_RETRIES, IS_FOR_RUNS,
    IS_KEPT, STARTS_FROM_ROOT,
};
use super::row::Use::{AsDetached, Optional, Refused, Required};
use super::row::{Row, Value, doc, tracked};

macro_rules! table {
    ($($name:ident $key:literal { $($column:ident: $value:expr,)* })*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Argument {
            $($name),*
        }

        impl Argument {
            /// In the order in which messages and documentation list them.
            pub(crate) const ALL: &[Self] = &[$(Self::$name),*];
        }

        #[allow(clippy::needless_update, reason = "a row may say all")]
        pub(super) static TABLE: &[Row] = &[$(Row { key: $key, $($column: $value,)* ..Row::OF_METHODS }),*];
    };
}

table! {
    Every "every" {
        example: "every = \"30s\"",
        value: Value::Duration { zero: "`every` of zero leaves no time between two runs: write `every = \"30s\"`" },
        synonyms: &["interval", "period", "each", "rate", "tick"],
        detached: Refused(IS_A_LOOPS),
        periodic: Required {
            what: "a rhythm",
            add: "every = \"30s\"",
            doc: doc(
                "The time from the start of one run to the start of the next: a literal, or a `Duration` expression. \
                 The expression is evaluated once, when the loop starts, and may name the function's arguments (`every \
                 = config.period`). A constant zero does not compile; another one is `Rejected::ZeroPeriod`.",
                "required",
            ),
        },
        worker: Refused(IS_FOR_RUNS),
        durable: Refused(IS_A_LOOPS),
    }
    Timeout "timeout" {
        example: "timeout = \"5s\"",
        value: Value::Duration {
            zero: "`timeout` of zero would end every task before it has begun: write `timeout = \"5s\"`",
        },
        synonyms: &["deadline", "duration", "limit", "ttl", "time_limit", "max_duration", "expires", "expires_in"],
        detached: Required {
            what: "a timeout",
            add: "timeout = \"5s\"",
            doc: doc(
                "The longest that one run may take: a literal such as `\"250ms\"` or `\"1m 30s\"`, or a constant \
                 `Duration` expression; with `max_timeout`, any expression. Zero is refused. The time counts from the \
                 moment when the body first waits; the time in the queue does not count.",
                "required",
            ),
        },
        periodic: Required {
            what: "a timeout for each run",
            add: "timeout = \"10s\"",
            doc: doc("The longest that one run may take.", "required"),
        },
        worker: Refused(HAS_NO_TIMEOUT),
        durable: Required {
            what: "a timeout for each run",
            add: "timeout = \"5s\"",
            doc: doc("The longest that one run may take.", "required"),
        },
    }
    Track "track" {
        example: "track = AUDIT",
        value: Value::Tracker,
        synonyms: &["tracker", "tracked_by", "track_by", "tracked", "track_in", "track_with", "trackers"],
        detached: tracked(
            "A static `Tracker`, or an expression for an `Arc<Tracker>` or an `OwnedTracker`. The expression is \
             evaluated at each call, and may name the function's arguments (`track = app.tasks`).",
        ),
        periodic: tracked("As for `#[detached]`."),
        worker: tracked("As for `#[detached]`."),
        durable: Required {
            what: "a tracker",
            add: "track = AUDIT",
            doc: doc(
                "A static `Tracker`, or an expression for an `Arc<Tracker>` or an `OwnedTracker`. The expression may \
                 name a `#[state]` argument. Each run waits for a place in the tracker.",
                "required",
            ),
        },
        owned_tasks: Refused(
            "the service's own `OwnedTracker` tracks its tasks: leave `{key}` out",
        ),
    }
    MaxTimeout "max_timeout" {
        example: "max_timeout = \"10s\"",
        value: Value::Duration {
            zero: "`max_timeout` of zero would end every task before it has begun: write `max_timeout = \"10s\"`",
        },
        synonyms: &["max"],
        detached: Optional(doc(
            "The upper limit of a `timeout` that is known only at run time. A longer one is cut to it. The compiler \
             checks the drain budget with this limit.",
            "`timeout` is constant",
        )),
        periodic: Refused(
            "every run has the same timeout: leave `max_timeout` out, and write `timeout = \"10s\"`",
        ),
        worker: Refused(HAS_NO_TIMEOUT),
        durable: Refused("every run has the same timeout: leave `max_timeout` out, and write `timeout = \"5s\"`"),
    }
    Jitter "jitter" {
        example: "jitter = \"5s\"",
        value: Value::Duration { zero: "a jitter of zero is no jitter: leave `jitter` out" },
        synonyms: &["spread", "splay"],
        detached: Refused(IS_A_LOOPS),
        periodic: Optional(doc(
            "Delays each run by a random time, from zero to this, so that the loops of many replicas do not run at \
             once. The schedule does not drift. It must be shorter than `every`, and is cut to an `every` that only \
             the start knows.",
            "none",
        )),
        worker: Refused(IS_FOR_RUNS),
        durable: Refused(IS_A_LOOPS),
    }
    Missed "missed" {
        example: "missed = delay",
        value: Value::Word(&["skip", "delay", "burst"]),
        synonyms: &["on_missed", "missed_tick"],
        detached: Refused(IS_A_LOOPS),
        periodic: Optional(doc(
            "What happens to the runs that were due while another run took longer than `every`. `skip` leaves them \
             out: the next run is at the next multiple of `every` after that run's end, never at once. `delay` starts \
             the next run when that run has ended, and counts `every` anew from there. `burst` makes up for all of \
             them, one directly after the other.",
            "`skip`",
        )),
        worker: Refused(IS_FOR_RUNS),
        durable: Refused(IS_A_LOOPS),
    }
    Immediate "immediate" {
        example: "immediate",
        value: Value::Flag,
        synonyms: &[],
        detached: Refused(IS_A_LOOPS),
        periodic: Optional(doc("The first run begins with the loop.", "it begins `every` later")),
        worker: Refused(IS_FOR_RUNS),
        durable: Refused(IS_A_LOOPS),
    }
    Grace "grace" {
        example: "grace = \"500ms\"",
        value: Value::Duration { zero: "a grace of zero is no grace: leave `grace` out" },
        synonyms: &["grace_period"],
        detached: Optional(doc(
            "At the timeout the task's context is cancelled (`Context::current().cancelled()`). The task is dropped \
             when this time has passed as well.",
            "dropped at the timeout",
        )),
        periodic: Optional(doc(
            "At the timeout the run's context is cancelled. The run is dropped when this time has passed as well.",
            "dropped at the timeout",
        )),
        worker: Optional(doc(
            "The time from its cancellation to its drop. The drain budget of the tracker must cover it, and the \
             compiler checks that.",
            "it is dropped when it is cancelled, and has ended",
        )),
        durable: AsDetached,
    }
    Restart "restart" {
        example: "restart = \"1s..1m\"",
        value: Value::Durations {
            zero: "a pause of zero would restart what fails at once without end: write `restart = \"1s..1m\"`",
        },
        synonyms: &["backoff", "back_off", "respawn"],
        detached: Refused(
            "`restart` is a worker's: write `retry = \"3, 100ms..2s\"`, and an `Err` is tried again; or write \
             `#[outlive::worker(restart = \"1s..1m\")]`",
        ),
        periodic: Refused(
            "a periodic function goes on with its next run after a panic or an `Err`: leave `{key}` out",
        ),
        worker: Optional(doc(
            "After a panic or an `Err` the worker starts again, after a pause. The pause doubles from the first of \
             these times to the second, with jitter.",
            "it ends",
        )),
        durable: Refused(IS_KEPT),
    }
    Retry "retry" {
        example: "retry = \"3, 100ms..2s\"",
        value: Value::Attempts {
            zero: "a pause of zero would try again at once, when little has changed: write `retry = \"3, 100ms..2s\"`",
        },
        synonyms: &["retries", "attempts", "max_attempts", "max_retries", "tries"],
        detached: Optional(doc(
            "After an `Err` the call is tried again: here, up to 3 attempts in all. The pause between two attempts \
             doubles, here from 100 ms to 2 s, with jitter. All attempts and pauses are within the `timeout`. The \
             arguments are cloned for each attempt but the last. See [retries](#retries).",
            "an `Err` is the call's result",
        )),
        periodic: Refused(
            "a periodic function goes on with its next run after an `Err`: leave `{key}` out, or call a \
             `#[detached(timeout = \"5s\", {example})]` function in its body",
        ),
        worker: Refused("a worker is restarted as a whole: write `{restart}`, or leave `{key}` out"),
        durable: Refused(IS_KEPT),
    }
    Attempt "attempt" {
        example: "attempt = \"1s\"",
        value: Value::Duration { zero: "an attempt of zero would end before it begins: write `attempt = \"1s\"`" },
        synonyms: &["attempt_timeout", "per_attempt", "per_try", "try_timeout"],
        detached: Optional(doc(
            "With `retry`: the longest that one attempt may take. An attempt that takes longer is dropped, and has \
             failed. If it was the last one, the call has timed out.",
            "only the `timeout` limits an attempt",
        )),
        periodic: Refused(IS_FOR_RETRIES),
        worker: Refused(IS_FOR_RETRIES),
        durable: Refused(IS_KEPT),
    }
    RetryIf "retry_if" {
        example: "retry_if = is_transient",
        value: Value::Function,
        synonyms: &["retry_when", "retry_on", "is_retryable", "retryable"],
        detached: Optional(doc(
            "With `retry`: a `fn(&E) -> bool` that says whether to try again after this `Err`. If it returns `false`, \
             the `Err` is the call's result.",
            "after each `Err`",
        )),
        periodic: Refused(IS_FOR_RETRIES),
        worker: Refused(IS_FOR_RETRIES),
        durable: Refused(IS_KEPT),
    }
    Attempts "attempts" {
        example: "attempts = 5",
        value: Value::Count,
        synonyms: &[],
        detached: Refused(IS_FOR_DURABLE),
        periodic: Refused(IS_FOR_DURABLE),
        worker: Refused(IS_FOR_DURABLE),
        durable: Optional(doc(
            "How often a job is tried in all. A run that ends in an `Err`, a panic or a timeout counts, and so does \
             one whose process died. After the last attempt the job stays in the queue as killed, with its last error.",
            "5",
        )),
        owned_tasks: Refused(IS_FOR_DURABLE),
    }
    Backoff "backoff" {
        example: "backoff = \"1s..5m\"",
        value: Value::Durations {
            zero: "a pause of zero would try again at once, when little has changed: write `backoff = \"1s..5m\"`",
        },
        synonyms: &[],
        detached: Refused(IS_FOR_DURABLE),
        periodic: Refused(IS_FOR_DURABLE),
        worker: Refused(IS_FOR_DURABLE),
        durable: Optional(doc(
            "The pause before a job is tried again. It doubles from the first of these times to the second, with \
             jitter. The queue stores whole seconds, so up to one second more may pass.",
            "`1s..5m`",
        )),
        owned_tasks: Refused(IS_FOR_DURABLE),
    }
    Essential "essential" {
        example: "essential",
        value: Value::Flag,
        synonyms: &["critical", "required"],
        detached: Refused("`essential` is a worker's or a loop's, which is to live as long as the process: leave it out"),
        periodic: Optional(doc(
            "The process is of no use without the loop. If the loop cannot start, or ends although nobody asked it to, \
             a waiting `Shutdown` begins, and the exit code is 1.",
            "the process goes on without it",
        )),
        worker: Optional(doc(
            "The process is of no use without the worker. If the worker cannot start, or ends although nobody asked it \
             to, a waiting `Shutdown` begins, and the exit code is 1. A worker that restarts has not ended.",
            "the process goes on without it",
        )),
        durable: Refused("`essential` is a worker's or a loop's, which is to live as long as the process: leave it out"),
    }
    WhenFull "when_full" {
        example: "when_full = wait",
        value: Value::Word(&["reject", "wait"]),
        synonyms: &["full", "on_full", "overflow"],
        detached: Optional(doc(
            "The call becomes `async`, and resolves to the handle when the tracker has room: for producers in a loop. \
             `when_full = reject` is the default.",
            "the handle resolves to `Rejected::Full`",
        )),
        periodic: Refused(ASKS_ONCE),
        worker: AsDetached,
        durable: Refused("a worker waits for a place, and `.spawn_or_enqueue(&spill)` does not: leave `when_full` out"),
    }
    Inherit "inherit" {
        example: "inherit = [REQUEST_ID]",
        value: Value::Paths,
        synonyms: &["task_locals"],
        detached: Optional(doc(
            "tokio task-locals. The value of each at the call is cloned into the task. A task-local that is not set at \
             the call is not set in the task.",
            "none",
        )),
        periodic: Refused(STARTS_FROM_ROOT),
        worker: Refused(STARTS_FROM_ROOT),
        durable: Refused(IS_ELSEWHERE),
    }
    Carry "carry" {
        example: "carry = [SentryHub]",
        value: Value::Types,
        synonyms: &["carrier", "carriers", "carries"],
        detached: Optional(doc(
            "Types that implement `Carrier`, for what other libraries keep in a thread-local. Each is captured at the \
             call, and set around each poll, the drop and the `unfinished` hook, as those of `outlive::carry` are.",
            "only those of the program",
        )),
        periodic: Optional(doc(
            "As for `#[detached]`, but captured once, when the loop starts, and without the program's carriers.",
            "none",
        )),
        worker: Optional(doc(
            "As for `#[detached]`, but captured when the worker starts, and without the program's carriers.",
            "none",
        )),
        durable: Refused(IS_ELSEWHERE),
    }
    Span "span" {
        example: "span = child",
        value: Value::Word(&["linked", "child"]),
        synonyms: &[],
        detached: Optional(doc(
            "The task's tracing span is a child of the caller's. With `span = linked`, the default, it is a root that \
             follows from the caller's span, so that the request's span ends with the request. With the feature \
             `opentelemetry`, the two are in one trace in either case.",
            "`linked`",
        )),
        periodic: AsDetached,
        worker: AsDetached,
        durable: Refused(IS_ELSEWHERE),
    }
    Context "context" {
        example: "context = ctx",
        value: Value::Expression,
        synonyms: &["ctx", "parent"],
        detached: Optional(doc(
            "The context that the task derives its own from, if your code passes contexts as arguments.",
            "`Context::current()`",
        )),
        periodic: Refused(STARTS_FROM_ROOT),
        worker: Refused(STARTS_FROM_ROOT),
        durable: Refused(IS_ELSEWHERE),
    }
    On "on" {
        example: "on = handle",
        value: Value::Expression,
        synonyms: &["runtime", "handle"],
        detached: Optional(doc("The tokio runtime to run on.", "the current one")),
        periodic: AsDetached,
        worker: AsDetached,
        durable: Refused("a durable function runs where its worker does: leave `on` out"),
    }
    Name "name" {
        example: "name = \"audit.write\"",
        value: Value::Text,
        synonyms: &["label", "task_name", "title"],
        detached: Optional(doc("The name in reports.", "the function's")),
        periodic: AsDetached,
        worker: AsDetached,
        durable: Optional(doc(
            "The name in reports, and the name of its jobs in the queue. A worker does not run jobs that were enqueued \
             under another name: when you move or rename the function, give it its old name here.",
            "its path: `shop::mail::send_welcome`",
        )),
    }
    Site "site" {
        example: "site = caller",
        value: Value::Word(&["function", "caller"]),
        synonyms: &["place", "location", "caller"],
        detached: Optional(doc(
            "For helpers: each line that calls the function is a `TaskSite` of its own. It has the function's name, \
             the file and line of the call, its own counters, and its own limit of reports. At most 256 lines have a \
             site of their own; calls from other lines count for the function's site. If the call is in a \
             `#[track_caller]` function, the line is the one that calls that function.",
            "`site = function`: one for all calls",
        )),
        periodic: Refused(
            "a loop's runs are called by no line of yours: leave `site` out, or write `site = caller` at the \
             `#[detached]` function that it calls",
        ),
        worker: AsDetached,
        durable: Refused("a durable function is called by its worker, and by no line of yours: leave `site` out"),
    }
    Blocking "blocking" {
        example: "blocking",
        value: Value::Flag,
        synonyms: &["spawn_blocking"],
        detached: Optional(doc(
            "On a plain `fn`: it runs on the blocking pool. The timeout resolves the handle. Nothing can stop the \
             thread, so the task stays tracked until the thread ends. The context is cancelled at the timeout, and \
             when the tracker begins to drain: a body that checks `Context::current().is_cancelled()` ends in time.",
            "an `async fn`",
        )),
        periodic: Refused(IS_ASYNC),
        worker: Optional(doc(
            "On a plain `fn`: it runs on a thread of the blocking pool. Nothing can stop the thread: the body must \
             check `Context::current().is_cancelled()`, and return. A drain waits for it within its budget.",
            "an `async fn`",
        )),
        durable: AsDetached,
    }
    Unfinished "unfinished" {
        example: "unfinished = spill",
        value: Value::Function,
        synonyms: &["spill", "on_unfinished", "on_error", "on_failure", "on_panic", "on_timeout", "fallback"],
        detached: Optional(doc(
            "A function that takes `Unfinished<(Db, Event)>`. It gets the arguments of each call that did not end in \
             `Ok`. They are cloned at the call; `self` is not among them. Of a result that is generic (`-> R`), an \
             `Err` is not seen.",
            "none",
        )),
        periodic: Refused(ENDS),
        worker: Refused(ENDS),
        durable: Refused("what does not end well stays in its queue, and what is called with `.spawn_or_enqueue(&spill)` goes there: leave `unfinished` out"),
    }
    AllowRequestBound "allow_request_bound" {
        example: "allow_request_bound = \"reason\"",
        value: Value::Text,
        synonyms: &["allow", "request_bound"],
        detached: Optional(doc(
            "Allows arguments and a result of the request: for a whole handler that must not be cut short.",
            "refused",
        )),
        periodic: AsDetached,
        worker: AsDetached,
        durable: AsDetached,
    }
    Crate "crate" {
        example: "crate = outlive",
        value: Value::Path,
        synonyms: &[],
        detached: Optional(doc("The path of outlive, if another crate re-exports it.", "its name in `Cargo.toml`")),
        periodic: AsDetached,
        worker: AsDetached,
        durable: Optional(doc("The path of outlive-durable, if another crate re-exports it.", "its name in `Cargo.toml`")),
        owned_tasks: AsDetached,
    }
}
