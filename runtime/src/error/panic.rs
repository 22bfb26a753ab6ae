//! What a task panicked with.

use std::any::Any;
use std::fmt;
use std::sync::Mutex;

use crate::tracker::TaskSite;
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
    /// Whose call it was, and in which tracker.
    call: Option<(&'static TaskSite, &'static str)>,
}

impl Panic {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        let message = message_of(&*payload);
        Self { message, payload: Mutex::new(Some(payload)), call: None }
    }

    pub(crate) fn of(self, site: &'static TaskSite, tracker: &'static str) -> Self {
        let mut named = self;
        named.call = Some((site, tracker));
        named
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

    /// The function whose call it was. `None` where it was no detached call: in a [`Group`](crate::Group).
    #[must_use]
    pub fn site(&self) -> Option<&'static TaskSite> {
        self.call.map(|(site, _)| site)
    }

    /// The name of the tracker that tracked it.
    #[must_use]
    pub fn tracker(&self) -> Option<&'static str> {
        self.call.map(|(_, tracker)| tracker)
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
