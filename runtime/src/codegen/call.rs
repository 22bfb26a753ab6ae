//! How generated code makes a call.

use super::site::Site;
use super::track::Track;
use crate::task::Call;
use crate::tracker::{SharedBinding, StaticBinding, TaskSite, TrackerRef};

/// A call to a function whose tracker is a static.
#[track_caller]
#[inline]
pub fn call(site: &'static TaskSite) -> Call<(), StaticBinding> {
    Call::new(|isolated| StaticBinding::new(site, isolated))
}

/// A call to a function whose tracker is an expression.
#[track_caller]
pub fn call_in<S: Site, T: Track + ?Sized>(site: &'static TaskSite, _: S, tracker: &T) -> Call {
    let tracker = covered::<S, T>(tracker);
    Call::new(|isolated| SharedBinding::new(site, tracker, isolated))
}

/// A loop whose tracker is a static.
#[track_caller]
pub fn looping(site: &'static TaskSite) -> Call<(), StaticBinding> {
    Call::looping(|isolated| StaticBinding::new(site, isolated))
}

/// A loop whose tracker is an expression, or its service's.
#[track_caller]
pub fn looping_in<S: Site, T: Track + ?Sized>(site: &'static TaskSite, _: S, tracker: &T) -> Call {
    let tracker = covered::<S, T>(tracker);
    Call::looping(|isolated| SharedBinding::new(site, tracker, isolated))
}

fn covered<S: Site, T: Track + ?Sized>(tracker: &T) -> TrackerRef {
    S::covered::<T>();
    tracker.held().into_ref()
}
