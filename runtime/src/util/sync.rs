//! The primitives of what is model-checked, in one place, so that a model checker can stand in for them.

pub(crate) use std::sync::Mutex;
pub(crate) use std::sync::atomic::AtomicUsize;
