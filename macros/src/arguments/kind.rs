//! The macros that take arguments, and how messages name them.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `#[detached]`, and `detach!`.
    Detached,
    Periodic,
    Worker,
    /// Of outlive-durable.
    Durable,
    /// On the `impl` block; its methods bear one of the others.
    OwnedTasks,
}

/// Those that make a task of a function.
pub(crate) const TASKS: [Kind; 4] = [Kind::Detached, Kind::Periodic, Kind::Worker, Kind::Durable];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Detached => "detached",
            Self::Periodic => "periodic",
            Self::Worker => "worker",
            Self::Durable => "durable",
            Self::OwnedTasks => "owned_tasks",
        }
    }

    /// The subject of a sentence.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Detached => "a detached function",
            Self::Periodic => "a periodic function",
            Self::Worker => "a worker",
            Self::Durable => "a durable function",
            Self::OwnedTasks => "an `impl` of owned tasks",
        }
    }

    /// What a function cannot be.
    pub(crate) fn made(self) -> &'static str {
        match self {
            Self::Detached | Self::OwnedTasks => "detached",
            Self::Periodic => "run periodically",
            Self::Worker => "a worker",
            Self::Durable => "durable",
        }
    }

    /// What runs.
    pub(crate) fn task(self) -> &'static str {
        match self {
            Self::Detached | Self::OwnedTasks => "the task",
            Self::Periodic | Self::Durable => "each run",
            Self::Worker => "the worker",
        }
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
            (Self::Durable, _) => "#[durable(timeout = \"5s\", track = AUDIT)]",
            (Self::OwnedTasks, _) => "#[owned_tasks]",
        }
    }
}
