//! The room `util`, as far as models need it, with loom's primitives.

#[path = "../../src/util/slab.rs"]
pub(crate) mod slab;

pub(crate) mod sync {
    pub(crate) use loom::sync::atomic::AtomicUsize;
    pub(crate) use loom::sync::{Mutex, MutexGuard};

    pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap()
    }
}

pub(crate) use slab::Slab;

/// Nothing modelled panics.
pub(crate) fn quietly(work: impl FnOnce()) -> Option<Box<str>> {
    work();
    None
}
