//! How generated code makes a call.

use std::panic::Location;

use super::site::Site;
use super::track::Track;
use crate::task::Call;
use crate::tracker::{Callers, SharedBinding, StaticBinding, TaskSite};

/// With `site = caller`, the site of the line that calls the function.
#[track_caller]
#[must_use]
pub fn called_from(site: &'static TaskSite, callers: &'static Callers) -> &'static TaskSite {
    callers.site(site, Location::caller())
}

/// A call to a function whose tracker is a static.
#[track_caller]
#[inline]
pub fn call(site: &'static TaskSite) -> Call<(), StaticBinding> {
    Call::new(move |isolated| StaticBinding::new(site, isolated))
}

/// A call to a function whose tracker is an expression.
#[track_caller]
#[inline]
pub fn call_in<S: Site, T: Track + ?Sized>(site: &'static TaskSite, _: S, tracker: &T) -> Call {
    S::covered::<T>();
    let tracker = tracker.held().into_ref();
    Call::new(move |isolated| SharedBinding::new(site, tracker, isolated))
}

/// A loop whose tracker is a static.
#[track_caller]
#[inline]
pub fn looping(site: &'static TaskSite) -> Call<(), StaticBinding> {
    call(site).into_loop()
}

/// A loop whose tracker is an expression.
#[track_caller]
pub fn looping_in<S: Site, T: Track + ?Sized>(site: &'static TaskSite, marker: S, tracker: &T) -> Call {
    call_in(site, marker, tracker).into_loop()
}
