//! Refuses arguments and results that must not cross into a task: request-bound types, and values that go stale before the
//! task ends.
//!
//! The check is on the type. [`Ty`] has an inherent constant if the type has the trait, and it takes precedence over the
//! constant of the same name that a trait gives to every type.

use std::marker::PhantomData;
use std::time::Duration;

use super::site::Site;
use crate::proof::{MaxAge, PassedAs, RequestBound, Text};

pub struct Ty<T>(PhantomData<T>);

impl<T: RequestBound> Ty<T> {
    pub const __OUTLIVE_BOUND: bool = true;
}

impl<T> Ty<T> {
    /// Used with `allow_request_bound`.
    pub const __OUTLIVE_ALLOWED: bool = false;
}

impl<T: PassedAs> Ty<T> {
    pub const __OUTLIVE_INSTEAD: Option<&str> = Some(T::INSTEAD);
}

pub trait Unbound {
    const __OUTLIVE_BOUND: bool = false;
    const __OUTLIVE_INSTEAD: Option<&str> = None;
}

impl<T> Unbound for Ty<T> {}

impl<T: MaxAge> Ty<T> {
    pub const __OUTLIVE_AGE: Option<Duration> = Some(T::MAX_AGE);
}

pub trait Ageless {
    const __OUTLIVE_AGE: Option<Duration> = None;
}

impl<T> Ageless for Ty<T> {}

/// Whether a type is request-bound, its maximum age, and what to pass instead of it, if the library knows.
#[derive(Clone, Copy)]
pub struct Traits(pub bool, pub Option<Duration>, pub Option<&'static str>);

/// Does not compile if the argument is request-bound, or may go stale before its task ends.
#[track_caller]
pub const fn argument<S: Site>(_: &S, argument: &str, of: &[Traits], which: usize) {
    let Traits(bound, age, instead) = of[which];
    unbound::<S>(argument, bound, instead);
    let Some(age) = age else {
        return;
    };
    let spec = S::SPEC;
    // The check of the budget refuses a sum that overflows.
    let deadline = spec.timeout.saturating_add(spec.grace);
    if age.as_nanos() < deadline.as_nanos() {
        let text = Text::new()
            .add("`")
            .add(spec.name)
            .add("` may take ")
            .deadline(&spec, deadline)
            .add(", but its argument `")
            .add(argument)
            .add("` lives ")
            .time(age)
            .add(": pass a `Fresh<…>`, and get the value inside")
            .add(if age.is_zero() { "" } else { ", or shorten the timeout" });
        panic!("{}", text.show());
    }
}

/// The same for a loop or a worker, which outlives any value with a maximum age.
#[track_caller]
pub const fn loop_argument<S: Site>(_: &S, argument: &str, of: &[Traits], which: usize) {
    let Traits(bound, age, instead) = of[which];
    unbound::<S>(argument, bound, instead);
    if let Some(age) = age {
        let text = Text::new()
            .add("`")
            .add(S::SPEC.name)
            .add("` runs until its tracker drains, but its argument `")
            .add(argument)
            .add("` lives ")
            .time(age)
            .add(": pass a `Fresh<…>`, and get the value inside");
        panic!("{}", text.show());
    }
}

/// Does not compile if an argument that is written as a `Context` is outlive's.
#[track_caller]
pub const fn own_context(message: &str, is_bound: bool) {
    assert!(!is_bound, "{}", message);
}

#[track_caller]
const fn unbound<S: Site>(argument: &str, bound: bool, instead: Option<&str>) {
    if bound {
        const GENERAL: &str = "await the work in the handler, or pass what the task needs of it (of a connection, its pool; a \
                               `Context` it has of its own)";
        let instead = match instead {
            Some(instead) => instead,
            None => GENERAL,
        };
        let text = Text::new()
            .add("`")
            .add(S::SPEC.name)
            .add("` outlives the request, but its argument `")
            .add(argument)
            .add("` belongs to it: ")
            .add(instead)
            .add("; where that is meant, add `allow_request_bound = \"reason\"`");
        panic!("{}", text.show());
    }
}

/// Does not compile if the function's result is request-bound.
#[track_caller]
pub const fn result<S: Site>(_: &S, result: &str, of: &[Traits], which: usize) {
    if of[which].0 {
        let text = Text::new()
            .add("`")
            .add(S::SPEC.name)
            .add("` outlives the request, but its result `")
            .add(result)
            .add("` is for the client, which may have gone: await the work in the handler, and detach what comes ")
            .add("after it; where that is meant, add `allow_request_bound = \"reason\"`");
        panic!("{}", text.show());
    }
}

/// Finds an argument's remaining lifetime by method resolution. For a type without `MaxAge` it costs nothing.
pub struct Life<'a, T>(pub &'a T);

pub trait ViaAge {
    fn __outlive_remaining(&self) -> Option<Duration>;
}

impl<T: MaxAge> ViaAge for &Life<'_, T> {
    fn __outlive_remaining(&self) -> Option<Duration> {
        self.0.remaining()
    }
}

pub trait ViaAgeless {
    fn __outlive_remaining(&self) -> Option<Duration>;
}

impl<T> ViaAgeless for Life<'_, T> {
    #[inline]
    fn __outlive_remaining(&self) -> Option<Duration> {
        None
    }
}
