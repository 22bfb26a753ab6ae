//! The primitives of [`roster`](crate::roster), [`lane`](crate::lane) and [`keyed`](crate::keyed), in one place, so that a
//! model checker can stand in for them.

pub(crate) use std::sync::Mutex;
pub(crate) use std::sync::atomic::AtomicUsize;
