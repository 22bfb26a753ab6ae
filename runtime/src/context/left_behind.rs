//! In debug builds: the types of the values that work for several callers does not get from its first caller.

use std::any::{TypeId, type_name};

/// The types of a caller's values, and what to do when the work asks for one of them. It holds no value.
pub(crate) struct LeftBehind {
    types: Vec<TypeId>,
    asked: Box<dyn Fn(&'static str) + Send + Sync>,
}

impl LeftBehind {
    pub(super) fn new(types: Vec<TypeId>, asked: impl Fn(&'static str) + Send + Sync + 'static) -> Self {
        Self { types, asked: Box::new(asked) }
    }

    /// The work asks for a value that its context does not have.
    pub(super) fn misses<T: 'static>(&self) {
        if self.types.contains(&TypeId::of::<T>()) {
            (self.asked)(type_name::<T>());
        }
    }
}
