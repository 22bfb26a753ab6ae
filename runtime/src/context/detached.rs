//! A context that nothing can cancel.

use std::fmt;
use std::future::{Pending, pending};
use std::sync::Arc;
use std::time::Duration;

use super::CancelCause;
use super::{Context, Values};
use crate::util::after;

/// A context that nothing can cancel: it has the values, labels and trace of a request, but no deadline and no cancellation.
///
/// Waiting for its cancellation does not compile, because none can come. [`with_timeout`](Self::with_timeout) makes it a
/// [`Context`] again. In Go, `AfterFunc` on a context of `WithoutCancel` compiles, never fires, and leaks.
///
/// ```
/// use std::time::Duration;
/// use outlive::{CancelCause, Context};
///
/// #[derive(Debug, PartialEq)]
/// struct UserId(u64);
///
/// let request = Context::root().with(UserId(7)).with_timeout(Duration::ZERO);
/// let detached = request.detach();
/// assert_eq!(detached.get::<UserId>(), Some(&UserId(7)));
/// assert!(matches!(detached.origin_cause(), Some(CancelCause::Timeout))); // the request's, not its own
/// assert!(!detached.with_timeout(Duration::from_secs(5)).is_cancelled());
/// ```
///
/// Waiting for it is refused:
///
/// ```compile_fail
/// # async fn wait() {
/// let detached = outlive::Context::current().detach();
/// detached.cancelled().await; // the error says: give it an end first
/// # }
/// ```
#[derive(Clone)]
pub struct DetachedContext {
    pub(super) values: Option<Arc<Values>>,
    pub(super) origin: Context,
}

impl DetachedContext {
    /// The value of this type, if the context has one.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> // without a key, which is the type: `.get::<RequestId>()`
    {
        Values::get(self.values.as_ref())
    }

    /// Adds a value, which [`get`](Self::get) finds by its type. It replaces a value of the same type.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(&self, value: T) -> Self // its type is its key, so pass no name: `.with(RequestId(7))`
    {
        Self { values: Some(Values::with(self.values.as_ref(), value)), origin: self.origin.clone() }
    }

    /// Why the original context is cancelled, if it is. This context is not cancelled with it.
    #[must_use]
    pub fn origin_cause(&self) -> Option<CancelCause> {
        self.origin.cause()
    }

    /// Does not compile when it is called: the error says what to write instead.
    #[doc(hidden)]
    pub fn cancelled(&self) -> Pending<CancelCause>
    where
        Self: for<'a> HasAnEnd<'a>,
    {
        pending()
    }

    /// Makes a [`Context`] with these values that is cancelled after `timeout`.
    ///
    /// The deadline and the sources of the original context do not apply to it.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Context // `.with_timeout(Duration::from_secs(5))`
    {
        Context::of(self.values.clone(), Some(after(timeout)), None)
    }
}

impl fmt::Debug for DetachedContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetachedContext")
            .field("labels", &format_args!("{}", Values::labels(self.values.as_ref())))
            .field("origin_cause", &self.origin_cause())
            .finish_non_exhaustive()
    }
}

/// A trait that no type implements, only for its error message. The lifetime keeps rustc from reporting the error before a
/// call.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` obeys no cancel: who waits for one waits for ever",
    label = "give it an end first: `.with_timeout(Duration::from_secs(5))`",
    note = "why its request was cancelled, if it was: `.origin_cause()`"
)]
pub trait HasAnEnd<'a> {}
