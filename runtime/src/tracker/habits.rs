//! What other libraries' trackers and reports have, and a `Tracker`, a `Rejected` and a `DrainReport` have not.

#![allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value, reason = "no method is ever called")]

use super::{DrainReport, Rejected, Tracker};
use crate::util::habits;

/// The future that is given to a tracker's `spawn`. No type is one. The result is a projection, so that nothing else is wrong.
#[diagnostic::on_unimplemented(
    message = "a tracker spawns no futures: a call names its tracker, and has a timeout",
    label = "write `outlive::detach!(timeout = \"5s\", track = …, future)`, with this future, and this tracker behind `track`",
    note = "a function with `#[detached(timeout = \"5s\", track = …)]` needs neither: write its call alone"
)]
pub trait Spawned {
    type Handle;
}

#[diagnostic::on_unimplemented(
    message = "a tracker is closed by its drain, which waits for its tasks as well",
    label = "leave this out: the drain closes it, where you wait for the tasks"
)]
pub trait Closes<'a> {}

#[diagnostic::on_unimplemented(
    message = "a tracker ends with its drain: it refuses new calls, waits for its tasks within its budget, and reports",
    label = "write `.drain()` instead of this, and show its report: `println!(\"{{}}\", AUDIT.drain().await)`",
    note = "`.idle()` waits until no task is left, and closes nothing"
)]
pub trait Ends<'a> {}

#[diagnostic::on_unimplemented(
    message = "a tracker says how many tasks it has by `live`: those that run, and those that wait",
    label = "write `.live()` instead of this"
)]
pub trait Counts<'a> {}

#[diagnostic::on_unimplemented(
    message = "a tracker is closed from the beginning of its drain on",
    label = "write `.is_draining()` instead of this"
)]
pub trait SaysClosed<'a> {}

impl<const DRAIN_SECS: u64> Tracker<DRAIN_SECS> {
    #[doc(hidden)]
    pub fn spawn<F: Spawned>(&self, future: F) -> F::Handle {
        never(future)
    }

    #[doc(hidden)]
    pub fn spawn_on<F: Spawned, H>(&self, future: F, _: H) -> F::Handle {
        never(future)
    }

    #[doc(hidden)]
    pub fn spawn_blocking<F: Spawned>(&self, work: F) -> F::Handle {
        never(work)
    }

    #[doc(hidden)]
    pub fn track_future<F: Spawned>(&self, future: F) -> F::Handle {
        never(future)
    }

    #[doc(hidden)]
    pub fn submit<F: Spawned>(&self, future: F) -> F::Handle {
        never(future)
    }

    #[doc(hidden)]
    pub fn detach<F: Spawned>(&self, future: F) -> F::Handle {
        never(future)
    }

    #[doc(hidden)]
    pub fn run<F: Spawned>(&self, future: F) -> F::Handle {
        never(future)
    }
}

#[diagnostic::on_unimplemented(
    message = "a tracker's counts, its bound and its tasks are in the status of the program",
    label = "write `outlive::status()`, and look into its `trackers` and `functions`",
    note = "`.live()` is the number of its tasks: those that run, and those that wait"
)]
pub trait ShownByStatus<'a> {}

#[diagnostic::on_unimplemented(
    message = "a tracker's bound is given where it is made, as is its queue",
    label = "leave this out, and write `Tracker::bounded(\"audit\", 64).queue(10_000)`: 64 run, 10,000 wait"
)]
pub trait BoundAtFirst<'a> {}

#[diagnostic::on_unimplemented(
    message = "a tracker's drain budget is a part of its type, in seconds",
    label = "write `drain_budget::<60>()` instead of this, and make it a `Tracker<60>`"
)]
pub trait BudgetInItsType<'a> {}

#[diagnostic::on_unimplemented(
    message = "a tracker drains once, and is not opened again",
    label = "leave this out; to wait for the tasks and go on, write `.idle().await` in place of the drain",
    note = "a test runs with trackers of its own in `outlive::testing::isolated`"
)]
pub trait DrainsOnce<'a> {}

#[diagnostic::on_unimplemented(
    message = "a call takes its place in the tracker by itself, and is refused if there is none",
    label = "leave this out; for a call that waits for its place, write `when_full = wait` in the attribute"
)]
pub trait TakesPlaces<'a> {}

#[diagnostic::on_unimplemented(
    message = "a tracker is a static, which each function names, or an `Arc<Tracker>`",
    label = "leave this out, and name the static: `track = AUDIT`; or share one, by `Arc::clone`"
)]
pub trait SharedByName<'a> {}

habits! {
    impl [const DRAIN_SECS: u64] Tracker<DRAIN_SECS> {
        (for<'a> Closes<'a>) { close() }
        (for<'a> Ends<'a>) {
            wait() shutdown() join_all() abort_all() cancel(..) cancel_all(..) abort(..) stop(..) end(..) terminate(..) join_next() join(..) flush(..)
            drain_with_timeout(..) drain_timeout(_) wait_idle(..)
        }
        (for<'a> Counts<'a>) { len() is_empty() is_idle() count() running() queued() pending() active() size() in_flight() live_tasks() }
        (for<'a> SaysClosed<'a>) { is_closed() is_drained() is_cancelled() is_shutdown() is_open() }
        (for<'a> ShownByStatus<'a>) { stats(..) counts(..) status(..) metrics(..) tasks(..) sites(..) capacity(..) available(..) }
        (for<'a> BoundAtFirst<'a>) {
            limit(..) max(..) max_concurrent(..) set_limit(..) set_bound(..) with_capacity(..) concurrency(..) queue_size(..) with_queue(..) queued_up_to(..)
            max_queue(..) buffer(..) resize(..)
        }
        (for<'a> BudgetInItsType<'a>) { timeout(..) with_timeout(..) with_budget(..) with_drain_budget(..) drain_within(..) grace_period(..) }
        (for<'a> DrainsOnce<'a>) { reopen(..) open(..) reset(..) resume(..) restart(..) }
        (for<'a> TakesPlaces<'a>) { acquire(..) try_acquire(..) available_permits(..) reserve(..) token(..) enter(..) }
        (for<'a> SharedByName<'a>) { clone(..) }
    }
}

#[diagnostic::on_unimplemented(
    message = "a `Rejected` is an enum, with a variant for a tracker that is full",
    label = "write `matches!(rejected, Rejected::Full)`, or `== Rejected::Full`"
)]
pub trait SaysFull<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `Rejected` is an enum, with a variant for a tracker that drains",
    label = "write `matches!(rejected, Rejected::Draining)`, or `== Rejected::Draining`"
)]
pub trait SaysDraining<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `Rejected` names neither the function nor the tracker",
    label = "call `.refused()` on the handle, `let mut handle = …;`: it gives a `Refused`, which names both"
)]
pub trait NamesNothing<'a> {}

habits! {
    impl [] Rejected {
        (for<'a> SaysFull<'a>) { is_full() }
        (for<'a> SaysDraining<'a>) { is_draining() is_closed() is_shutdown() }
        (for<'a> NamesNothing<'a>) { tracker() site() name() function() }
    }
}

#[diagnostic::on_unimplemented(
    message = "a drain's report is no `Result`: each drain gives one, and it says by `is_clean` whether no task was cut short",
    label = "leave this out, or write `is_clean()` instead"
)]
pub trait SaysWhetherClean<'a> {}

#[diagnostic::on_unimplemented(
    message = "a drain's report counts the tasks that ended by themselves during the drain",
    label = "write `finished()` instead of this",
    note = "what each function did is counted by its site: `outlive::sites()`"
)]
pub trait CountsFinished<'a> {}

#[diagnostic::on_unimplemented(
    message = "a drain's report counts the tasks that the drain has cut short, and has a list of them",
    label = "write `aborted()` instead of this, or `stragglers()` for the list",
    note = "what each function did is counted by its site: `outlive::sites()`"
)]
pub trait CountsAborted<'a> {}

habits! {
    impl [] DrainReport {
        (for<'a> SaysWhetherClean<'a>) { is_ok(..) is_err(..) is_success(..) ok(..) unwrap(..) expect(..) is_empty(..) }
        (for<'a> CountsFinished<'a>) { completed(..) succeeded(..) done(..) ended(..) }
        (for<'a> CountsAborted<'a>) { failed(..) timed_out(..) killed(..) dropped(..) lost(..) leaked(..) remaining(..) left(..) tasks(..) panicked(..) }
    }
}

fn never<A, T>(_: A) -> T {
    unreachable!("a call of it does not compile")
}
