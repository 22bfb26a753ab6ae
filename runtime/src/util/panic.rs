//! Code of the user's, which may panic, and whose panics may panic.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code of the user's. Its panic is given as a value.
#[inline]
pub(crate) fn catching<R>(work: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(work))
}

/// Runs code that may panic, and goes on. Gives the message of the panic.
pub(crate) fn quietly(work: impl FnOnce()) -> Option<Box<str>> {
    let payload = catching(work).err()?;
    let message = message_of(&*payload);
    // Dropping this payload could panic as well, and so on: it is given up instead.
    mem::forget(payload);
    Some(message)
}

/// What `panic!` was given.
pub(crate) fn message_of(payload: &(dyn Any + Send)) -> Box<str> {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        (*text).into()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.as_str().into()
    } else {
        "a payload that is not a string".into()
    }
}
