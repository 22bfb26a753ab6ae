//! What other libraries' trackers have, and a `Tracker` has not: a call of it does not compile, and the error says what to write
//! instead.

#![allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value, reason = "no method is ever called")]

use std::future::{Pending, pending};

use super::{DrainReport, Tracker};

/// The future that is given to a tracker's `spawn`. No type is one. The result is a projection, so that nothing else is wrong.
#[diagnostic::on_unimplemented(
    message = "a tracker spawns no futures: a call names its tracker, and has a timeout",
    label = "write `detach!(timeout = \"5s\", track = …, future)`, with this future, and this tracker behind `track`",
    note = "a function with `#[detached(timeout = \"5s\", track = …)]` needs neither: write its call alone"
)]
pub trait Spawned {
    type Handle;
}

#[diagnostic::on_unimplemented(
    message = "a tracker is closed by its drain, which waits for its tasks as well",
    label = "leave this out, and write `.drain().await` where you wait for the tasks"
)]
pub trait Closes<'a> {}

#[diagnostic::on_unimplemented(
    message = "a tracker ends with its drain: it refuses new calls, waits for its tasks within its budget, and reports",
    label = "write `.drain()` instead of this",
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
    pub fn close(&self) -> bool
    where
        Self: for<'a> Closes<'a>,
    {
        never(())
    }

    #[doc(hidden)]
    pub fn wait(&self) -> Pending<DrainReport>
    where
        Self: for<'a> Ends<'a>,
    {
        pending()
    }

    #[doc(hidden)]
    pub fn shutdown(&self) -> Pending<DrainReport>
    where
        Self: for<'a> Ends<'a>,
    {
        pending()
    }

    #[doc(hidden)]
    pub fn join_all(&self) -> Pending<DrainReport>
    where
        Self: for<'a> Ends<'a>,
    {
        pending()
    }

    #[doc(hidden)]
    pub fn abort_all(&self)
    where
        Self: for<'a> Ends<'a>,
    {
    }

    #[doc(hidden)]
    #[allow(clippy::len_without_is_empty, reason = "neither is ever called")]
    pub fn len(&self) -> usize
    where
        Self: for<'a> Counts<'a>,
    {
        never(())
    }

    #[doc(hidden)]
    pub fn is_empty(&self) -> bool
    where
        Self: for<'a> Counts<'a>,
    {
        never(())
    }

    #[doc(hidden)]
    pub fn is_closed(&self) -> bool
    where
        Self: for<'a> SaysClosed<'a>,
    {
        never(())
    }
}

fn never<A, T>(_: A) -> T {
    unreachable!("a call of it does not compile")
}
