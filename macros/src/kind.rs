//! The macros that take arguments: what each of them accepts, and how messages name it.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `#[detached]`, and `detach!`.
    Detached,
    Periodic,
    Worker,
    /// On the `impl` block; its methods bear one of the others.
    OwnedTasks,
}

/// Those that make a task of a function.
pub(crate) const TASKS: [Kind; 3] = [Kind::Detached, Kind::Periodic, Kind::Worker];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Detached => "detached",
            Self::Periodic => "periodic",
            Self::Worker => "worker",
            Self::OwnedTasks => "owned_tasks",
        }
    }

    /// The subject of a sentence.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Detached => "a detached function",
            Self::Periodic => "a periodic function",
            Self::Worker => "a worker",
            Self::OwnedTasks => "an `impl` of owned tasks",
        }
    }

    /// What a function cannot be.
    pub(crate) fn made(self) -> &'static str {
        match self {
            Self::Detached | Self::OwnedTasks => "detached",
            Self::Periodic => "run periodically",
            Self::Worker => "a worker",
        }
    }

    pub(crate) fn is_loop(self) -> bool {
        matches!(self, Self::Periodic | Self::Worker)
    }

    /// A whole line to type; without a tracker where the service has one.
    pub(crate) fn line(self, owned: bool) -> &'static str {
        match (self, owned) {
            (Self::Detached, false) => "#[detached(timeout = \"5s\", track = AUDIT)]",
            (Self::Detached, true) => "#[detached(timeout = \"5s\")]",
            (Self::Periodic, false) => "#[periodic(every = \"30s\", timeout = \"10s\", track = AUDIT)]",
            (Self::Periodic, true) => "#[periodic(every = \"30s\", timeout = \"10s\")]",
            (Self::Worker, false) => "#[worker(grace = \"2s\", track = AUDIT)]",
            (Self::Worker, true) => "#[worker(grace = \"2s\")]",
            (Self::OwnedTasks, _) => "#[owned_tasks]",
        }
    }

    /// Its arguments, in the order that messages list them.
    pub(crate) fn accepts(self) -> &'static [&'static str] {
        match self {
            Self::Detached => &[
                "timeout",
                "track",
                "max_timeout",
                "grace",
                "when_full",
                "inherit",
                "span",
                "context",
                "on",
                "name",
                "blocking",
                "unfinished",
                "allow_request_bound",
                "crate",
            ],
            Self::Periodic => &[
                "every",
                "timeout",
                "track",
                "missed",
                "immediate",
                "grace",
                "span",
                "on",
                "name",
                "allow_request_bound",
                "crate",
            ],
            Self::Worker => &["track", "grace", "restart", "span", "on", "name", "allow_request_bound", "crate"],
            Self::OwnedTasks => &["crate"],
        }
    }

    /// What to do about an argument that belongs to another macro.
    pub(crate) fn misplaced(self, argument: &str, example: &str) -> String {
        match (self, argument) {
            (Self::OwnedTasks, "track") => {
                "`#[owned_tasks]` takes no `track`: what tracks the tasks is the service's `OwnedTracker`".to_owned()
            }
            (Self::OwnedTasks, _) => {
                format!("`{argument}` belongs to a method: write `{example}` in its `#[detached(…)]`")
            }
            (Self::Detached, "restart") => {
                "`restart` is a worker's: write `#[worker(restart = \"1s..1m\")]`, or leave it out".to_owned()
            }
            (Self::Detached, _) => format!(
                "`{argument}` is a loop's: write `#[periodic(every = \"30s\", timeout = \"10s\")]`, or leave it out"
            ),
            (Self::Worker, "timeout" | "max_timeout") => format!(
                "a worker has no timeout, as it runs until its tracker drains: leave `{argument}` out; for work that \
                 ends, write `#[detached(timeout = \"5s\")]`, and for runs that repeat, \
                 `#[periodic(every = \"30s\", timeout = \"10s\")]`"
            ),
            (Self::Worker, "every" | "missed" | "immediate") => format!(
                "`{argument}` is for runs that repeat: write `#[periodic(every = \"30s\", timeout = \"10s\")]`, or leave \
                 it out and wait in the worker's own loop"
            ),
            (Self::Periodic, "restart") => {
                "a periodic function goes on with its next run after a panic or an `Err`: leave `restart` out"
                    .to_owned()
            }
            (Self::Periodic, "max_timeout") => {
                "every run has the same timeout: leave `max_timeout` out, and write `timeout = \"10s\"`".to_owned()
            }
            (_, "when_full") => {
                "a loop asks for its place once, and its handle says `Rejected::Full`: leave `when_full` out".to_owned()
            }
            (_, "inherit" | "context") => format!(
                "a loop starts from `Context::root()`, as it must not carry one request's identity for ever: leave \
                 `{argument}` out, and pass what it needs as an argument"
            ),
            (_, "blocking") => "a loop is `async`: leave `blocking` out, and let its body call a \
                                `#[detached(blocking, …)]` function"
                .to_owned(),
            _ => format!("`{argument}` is for `#[detached]`, which ends: leave it out of a loop"),
        }
    }
}
