//! How generated code makes a call.

use super::site::Site;
use super::track::Track;
use crate::task::Call;
use crate::tracker::{SharedBinding, StaticBinding, TaskSite};

/// A call to a function whose tracker is a static.
#[track_caller]
#[inline]
pub fn call(site: &'static TaskSite) -> Call<(), StaticBinding> {
    Call::new(|isolated| StaticBinding::new(site, isolated))
}

/// A call to a function whose tracker is an expression.
#[track_caller]
pub fn call_in<S: Site, T: Track + ?Sized>(site: &'static TaskSite, _: S, tracker: &T) -> Call {
    S::covered::<T>();
    let tracker = tracker.held().into_ref();
    Call::new(|isolated| SharedBinding::new(site, tracker, isolated))
}

/// A loop whose tracker is a static.
#[track_caller]
pub fn looping(site: &'static TaskSite) -> Call<(), StaticBinding> {
    call(site).into_loop()
}

/// A loop whose tracker is an expression, or its service's.
#[track_caller]
pub fn looping_in<S: Site, T: Track + ?Sized>(site: &'static TaskSite, marker: S, tracker: &T) -> Call {
    call_in(site, marker, tracker).into_loop()
}
