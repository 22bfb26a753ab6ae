//! The panic of a task.

use std::any::Any;
use std::sync::Mutex;
use std::{fmt, mem};

use crate::tracker::TaskSite;
use crate::util::sync::lock;
use crate::util::text::Quoted;
use crate::util::{into_message, message_of, quietly};

/// The panic of a task: its payload and its message.
///
/// It is the payload of [`JoinError::into_panic`](tokio::task::JoinError::into_panic) together with its message. It is safe
/// to drop, even if the payload's own `Drop` panics.
///
/// Its `Debug` prints the message escaped, and cut at 4096 bytes.
///
/// ```
/// use outlive::{TaskError, Tracker, detached};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[detached(timeout = "5s", track = MAIL)]
/// async fn send_mail() {
///     panic!("no server");
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let Err(TaskError::Panicked(panic)) = send_mail().await else { unreachable!() };
/// assert_eq!(panic.message(), "no server");
/// assert_eq!((panic.site().unwrap().name(), panic.tracker()), ("send_mail", Some("mail")));
///
/// let payload = panic.into_payload(); // `std::panic::resume_unwind(payload)` goes on with the panic
/// # drop(payload);
/// # }
/// ```
pub struct Panic {
    content: Content,
    /// The function and the tracker of the call.
    call: Option<(&'static TaskSite, &'static str)>,
}

enum Content {
    /// The message of a `panic!`. It may be long, and is not copied.
    Message(String),
    Payload {
        message: Box<str>,
        /// The lock makes the error `Sync`. `None` once taken out.
        payload: Mutex<Option<Box<dyn Any + Send>>>,
    },
}

impl Panic {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        let content = match into_message(payload) {
            Ok(message) => Content::Message(message),
            Err(payload) => {
                let message = message_of(&*payload);
                Content::Payload { message, payload: Mutex::new(Some(payload)) }
            }
        };
        Self { content, call: None }
    }

    pub(crate) fn of(self, site: &'static TaskSite, tracker: &'static str) -> Self {
        let mut named = self;
        named.call = Some((site, tracker));
        named
    }

    /// The message given to `panic!`. If the payload is an `io::Error`, or an error in a `Box` or an `Arc`, it is that
    /// error's text. Otherwise it is a note that the payload is not a string.
    ///
    /// The message is unchanged, with any length and any characters. To print it, print the [`TaskError`](crate::TaskError),
    /// which escapes characters that could break a line, and cuts it at 4096 bytes.
    #[must_use]
    pub fn message(&self) -> &str {
        match &self.content {
            Content::Message(message) => message,
            Content::Payload { message, .. } => message,
        }
    }

    /// The payload itself, as [`std::panic::resume_unwind`] takes it.
    #[must_use]
    pub fn into_payload(mut self) -> Box<dyn Any + Send> {
        let given = self.take();
        given.unwrap_or_else(|| match &mut self.content {
            Content::Message(message) => Box::new(mem::take(message)),
            Content::Payload { message, .. } => Box::new(message.to_string()),
        })
    }

    /// The function that was called. `None` in a [`Group`](crate::Group), whose children are no detached calls.
    #[must_use]
    pub fn site(&self) -> Option<&'static TaskSite> {
        self.call.map(|(site, _)| site)
    }

    /// The name of the call's tracker. `None` in a [`Group`](crate::Group).
    #[must_use]
    pub fn tracker(&self) -> Option<&'static str> {
        self.call.map(|(_, tracker)| tracker)
    }

    fn take(&self) -> Option<Box<dyn Any + Send>> {
        match &self.content {
            Content::Message(_) => None,
            Content::Payload { payload, .. } => lock(payload).take(),
        }
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Panic").field(&format_args!("{}", Quoted(self.message()))).finish()
    }
}

impl Drop for Panic {
    fn drop(&mut self) {
        if let Some(payload) = self.take() {
            quietly(|| drop(payload));
        }
    }
}
