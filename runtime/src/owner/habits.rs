//! What other libraries' trackers have, and a service's has not: a call of it does not compile, and the error says what to write
//! instead.

#![allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value, reason = "no method is ever called")]

use super::OwnedTracker;
use crate::util::habits;

/// The future that is given to a service's tracker. No type is one. The result is a projection, so that nothing else is wrong.
#[diagnostic::on_unimplemented(
    message = "a service's tracker spawns no futures: the tasks of a service are its methods",
    label = "write it as a method with `#[detached(timeout = \"5s\")]`, in an `#[owned_tasks] impl` of the service, and call that",
    note = "or write `outlive::detach!(timeout = \"5s\", track = …, future)`, with this future, and this tracker behind `track`"
)]
pub trait SpawnedByService {
    type Handle;
}

#[diagnostic::on_unimplemented(
    message = "a service's tracker is drained by the service",
    label = "write `.shutdown()` behind the service, not behind its tracker",
    note = "`.idle()` waits until no task is left, and closes nothing"
)]
pub trait DrainsItself<'a> {}

impl<const DRAIN_SECS: u64> OwnedTracker<DRAIN_SECS> {
    #[doc(hidden)]
    pub fn spawn<F: SpawnedByService>(&self, _: F) -> F::Handle {
        unreachable!("a call of it does not compile")
    }

    #[doc(hidden)]
    pub fn track_future<F: SpawnedByService>(&self, _: F) -> F::Handle {
        unreachable!("a call of it does not compile")
    }
}

#[diagnostic::on_unimplemented(
    message = "a service's tracker says how many tasks it has by `live`: those that run, and those that wait",
    label = "write `live()` instead of this"
)]
pub trait Counts<'a> {}

#[diagnostic::on_unimplemented(
    message = "a tracker's bound is given where it is made, as is its queue",
    label = "leave this out, and write `OwnedTracker::bounded(\"rates\", 8).queue(100)`: 8 run, 100 wait"
)]
pub trait BoundAtFirst<'a> {}

habits! {
    impl [const DRAIN_SECS: u64] OwnedTracker<DRAIN_SECS> {
        (for<'a> DrainsItself<'a>) {
            drain() wait() shutdown() close() join_all() abort_all() cancel(..) cancel_all(..) abort(..) stop(..) terminate(..) drain_timeout(..)
        }
        (for<'a> Counts<'a>) { len() is_empty() is_idle() count() running() queued() pending() active() in_flight() }
        (for<'a> BoundAtFirst<'a>) { limit(..) max(..) set_limit(..) with_capacity(..) concurrency(..) queue_size(..) with_queue(..) }
    }
}
