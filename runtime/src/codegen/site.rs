//! A function's record, and the proof that comes with it.

use std::panic::Location;
use std::time::Duration;

use super::track::{StaticTrack, Track};
use crate::proof;
use crate::tracker::{Spec, TaskSite};

#[must_use]
pub const fn duration(secs: u64, nanos: u32) -> Duration {
    Duration::new(secs, nanos)
}

/// Where a function stands: the place of the call of `here`.
pub struct Place;

impl Place {
    #[track_caller]
    #[must_use]
    pub const fn here(self) -> &'static Location<'static> {
        Location::caller()
    }
}

/// What is known of a function at compile time, where its tracker is not.
pub trait Site {
    const SPEC: Spec;

    /// The proof that a tracker's budget covers the timeout, where only the call knows the tracker. Generated, so that
    /// it fails at the user's timeout, and not here.
    fn covered<T: Track + ?Sized>() {}
}

/// The site of a function whose tracker is a static.
#[track_caller]
#[must_use]
pub const fn site_of<S: Site, T: StaticTrack>(_: &S, tracker: &'static T) -> TaskSite {
    proof::prove(&S::SPEC, T::BUDGET);
    TaskSite::new(S::SPEC, Some(tracker))
}

/// The site of a function whose tracker is an expression: its budget is proved where the call is built.
#[track_caller]
#[must_use]
pub const fn site<S: Site>(_: &S) -> TaskSite {
    proof::prove(&S::SPEC, Duration::MAX);
    TaskSite::new(S::SPEC, None)
}

/// The site of a service's method, where the service's type can be named.
#[track_caller]
#[must_use]
pub const fn site_within<S: Site>(_: &S, budget: Duration) -> TaskSite {
    proof::within(&S::SPEC, budget);
    TaskSite::new(S::SPEC, None)
}

/// Fails to compile where the budget does not cover the timeout and the grace; of a worker, the grace.
#[track_caller]
pub const fn prove(spec: &Spec, budget: Duration) {
    proof::prove(spec, budget);
}

/// Fails to compile where a grace is none.
#[track_caller]
pub const fn grace(grace: Duration) {
    proof::is_grace(grace);
}

/// The proof for a service with type parameters, which no static can name.
#[track_caller]
pub const fn within(spec: &Spec, budget: Duration) {
    proof::within(spec, budget);
}
