//! The primitives of what is model-checked, in one place, so that a model checker's can stand in for them.

pub(crate) use std::sync::atomic::AtomicUsize;
pub(crate) use std::sync::{Mutex, MutexGuard};

use std::sync::PoisonError;

/// For what no code of a user's runs under: a thread that panics there has changed nothing halfway, so a poisoned lock
/// still holds sound data.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
