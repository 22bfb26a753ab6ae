//! The synchronisation primitives of the model-checked modules, so that a model checker can replace them here.

pub(crate) use std::sync::atomic::AtomicUsize;
pub(crate) use std::sync::{Mutex, MutexGuard};

use std::sync::PoisonError;

/// Locks a mutex, and ignores poisoning. Use it only where no user code runs under the lock: then a panic leaves no
/// half-made change behind.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
