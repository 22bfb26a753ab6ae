//! A function's record, and its compile-time checks.

use std::panic::Location;
use std::time::Duration;

use super::track::{StaticTrack, Track};
use crate::proof;
use crate::tracker::{Spec, TaskSite};

#[must_use]
pub const fn duration(secs: u64, nanos: u32) -> Duration {
    Duration::new(secs, nanos)
}

/// The place of a function, where generated code calls `here`.
pub struct Place;

impl Place {
    #[track_caller]
    #[must_use]
    pub const fn here(self) -> &'static Location<'static> {
        Location::caller()
    }
}

/// The constant data of a function whose tracker may not be known at compile time.
pub trait Site {
    const SPEC: Spec;

    /// How many minutes its timeout or its grace is, if the literal may have been meant as milliseconds: `"500m"`.
    const MINUTES: u64 = 0;

    /// Checks that a tracker's budget covers the timeout, if only the call knows the tracker. It is generated, so that the
    /// error is at the user's timeout, and not here.
    fn covered<T: Track + ?Sized>() {}
}

/// The site of a function whose tracker is a static.
#[track_caller]
#[must_use]
pub const fn site_of<S: Site, T: StaticTrack>(_: &S, tracker: &'static T) -> TaskSite {
    proof::prove(&S::SPEC, T::BUDGET);
    TaskSite::new(S::SPEC, Some(tracker))
}

/// The site of a function whose tracker is an expression: its budget is checked when the call is compiled.
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

/// Does not compile if the budget does not cover the timeout and the grace; for a worker, the grace.
#[track_caller]
pub const fn prove(spec: &Spec, budget: Duration) {
    proof::prove(spec, budget);
}

/// Does not compile if a grace is zero or without an end.
#[track_caller]
pub const fn grace(grace: Duration) {
    proof::is_grace(grace);
}

/// The check for a service with type parameters, which a static cannot name.
#[track_caller]
pub const fn within(spec: &Spec, budget: Duration) {
    proof::within(spec, budget);
}
