//! What a task panicked with.

use std::any::Any;
use std::fmt;
use std::sync::Mutex;

use crate::util::sync::lock;
use crate::util::{message_of, quietly};

/// What a task panicked with.
///
/// Like [`JoinError::into_panic`](tokio::task::JoinError::into_panic), with the message taken out beforehand, and safe
/// to drop: a payload whose own `Drop` panics does not take the thread with it.
pub struct Panic {
    message: Box<str>,
    /// The lock makes the error `Sync`. `None` once taken out.
    payload: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Panic {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        let message = message_of(&*payload);
        Self { message, payload: Mutex::new(Some(payload)) }
    }

    /// The message that `panic!` was given, or a note that its payload is not a string.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The payload itself, as [`std::panic::resume_unwind`] takes it.
    #[must_use]
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        self.take().unwrap_or_else(|| Box::new(self.message.to_string()))
    }

    fn take(&self) -> Option<Box<dyn Any + Send>> {
        lock(&self.payload).take()
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Panic").field(&self.message).finish()
    }
}

impl Drop for Panic {
    fn drop(&mut self) {
        if let Some(payload) = self.take() {
            quietly(|| drop(payload));
        }
    }
}
