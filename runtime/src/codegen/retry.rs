//! The items that generated code of functions with `retry` uses.

use crate::proof;
use crate::tracker::Spec;

pub use crate::proof::Retry;
pub use crate::task::{Attempted, attempts};

/// Does not compile if the attempts cannot all begin within the timeout.
#[track_caller]
pub const fn pauses_fit(spec: &Spec, retry: &Retry) {
    proof::pauses_fit(spec, retry);
}

/// Does not compile if one attempt may take longer than the timeout.
#[track_caller]
pub const fn attempt_fits(spec: &Spec, retry: &Retry) {
    proof::attempt_fits(spec, retry);
}

/// An argument of a function with `retry`. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "each attempt but the last gets a clone of `{Self}`, which is not `Clone`",
    label = "is cloned for each attempt of a `retry`",
    note = "derive `Clone` for the type, or pass it in an `Arc`; or leave `retry` out"
)]
pub trait Again: Sized {
    #[must_use]
    fn again(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Again for T {
    fn again(&self) -> Self {
        self.clone()
    }
}

/// The argument of one attempt: itself for the last, a clone for the others.
pub fn argument_of<T: Again>(kept: &mut Option<T>, is_last: bool) -> Option<T> {
    if is_last { kept.take() } else { kept.as_ref().map(T::again) }
}

/// The same for a type parameter, where rustc's own error message is better.
pub fn generic_argument_of<T: Clone>(kept: &mut Option<T>, is_last: bool) -> Option<T> {
    argument_of(kept, is_last)
}

/// An argument of a function that runs repeatedly. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "each run gets a clone of `{Self}`, which is not `Clone`",
    label = "is cloned for each run",
    note = "derive `Clone` for the type, or pass it in an `Arc`; what only one can have, as a channel's `Receiver`, in an \
            `Arc<tokio::sync::Mutex<…>>`"
)]
pub trait RunsAgain: Sized {
    #[must_use]
    fn for_a_run(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> RunsAgain for T {
    #[inline]
    fn for_a_run(&self) -> Self {
        self.clone()
    }
}

/// The clone of an argument for one run.
#[inline]
pub fn of_a_run<T: RunsAgain>(argument: &T) -> T {
    argument.for_a_run()
}

/// A function of `retry_if`, and the error that it is shown.
pub struct Chosen<'a, E, F>(pub &'a E, pub F);

impl<E, F: FnOnce(&E) -> bool> Chosen<'_, E, F> {
    /// Is this error tried again?
    pub fn __outlive_chosen(self) -> bool {
        self.1(self.0)
    }
}

/// A trait that no type implements, for the error message about another value.
#[diagnostic::on_unimplemented(
    message = "`retry_if` takes a `fn(&{E}) -> bool`, and this is `{Self}`",
    label = "not a `fn(&{E}) -> bool`",
    note = "the function is shown each `Err`, by reference, and says whether to try again"
)]
pub trait Chooses<E> {}

/// What is no such function.
pub trait ViaNoChoice {
    type Error;
    type Function;

    fn __outlive_chosen(self) -> bool
    where
        Self::Function: Chooses<Self::Error>;
}

impl<E, F> ViaNoChoice for Chosen<'_, E, F> {
    type Error = E;
    type Function = F;

    fn __outlive_chosen(self) -> bool
    where
        F: Chooses<E>,
    {
        false
    }
}

/// The default of `retry_if`: every `Err` is tried again.
#[must_use]
pub fn any_error<E>(_: &E) -> bool {
    true
}
