//! Refuses a service whose clones have a destructor: each task works on a clone, so it would run at each task's end.
//!
//! Method resolution takes the inherent method where the type has both traits, and the trait's otherwise.

use std::marker::PhantomData;

/// A service.
pub struct Whole<T>(PhantomData<T>);

impl<T> Whole<T> {
    pub const NEW: Self = Self(PhantomData);
}

#[allow(drop_bounds, reason = "the question is whether there is an `impl Drop`")]
impl<T: Clone + Drop> Whole<T> {
    pub fn __outlive_dropped(self)
    where
        T: DroppedOnce,
    {
    }
}

#[diagnostic::on_unimplemented(
    message = "the `drop` of `{Self}` would run at the end of each of its tasks, as each works on a clone",
    label = "move the `impl Drop` to a type of its own, and keep that in a field, in an `Arc`",
    note = "what is to be done once, at the end of the service, goes behind its `.shutdown().await`"
)]
pub trait DroppedOnce {}

pub trait ViaNoDrop: Sized {
    fn __outlive_dropped(self) {}
}

impl<T> ViaNoDrop for Whole<T> {}
