//! A context that nothing ends.

use std::fmt;
use std::future::{Pending, pending};
use std::sync::Arc;
use std::time::Duration;

use super::CancelCause;
use super::{Context, Values};
use crate::util::after;

/// A context that has been cut loose from its request: values, labels and trace, and nothing that ends it.
///
/// It cannot be waited on, since no cancel can come; [`with_timeout`](Self::with_timeout) makes it a [`Context`] again.
/// In Go, `AfterFunc` on a context `WithoutCancel` compiles, never fires, and leaks. Here it does not compile:
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
    /// The value of this type.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        Values::get(self.values.as_ref())
    }

    /// Adds a value, found by its type. It replaces one of the same type.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(&self, value: T) -> Self {
        Self { values: Some(Values::with(self.values.as_ref(), value)), origin: self.origin.clone() }
    }

    /// Why the context that this one was detached from is cancelled, if it is: seen, not obeyed.
    #[must_use]
    pub fn origin_cause(&self) -> Option<CancelCause> {
        self.origin.cause()
    }

    /// Does not compile, whoever calls it: its error says what to write instead.
    #[doc(hidden)]
    pub fn cancelled(&self) -> Pending<CancelCause>
    where
        Self: for<'a> HasAnEnd<'a>,
    {
        pending()
    }

    /// A context with these values that ends by itself.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Context {
        Context { values: self.values.clone(), deadline: Some(after(timeout)), cancel: None }
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

/// What a `DetachedContext` would have to be, to be waited on. Nothing is: a trait for its message alone. The lifetime keeps
/// rustc from finding that out before somebody calls.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` obeys no cancel: who waits for one waits for ever",
    label = "give it an end first: `.with_timeout(Duration::from_secs(5))`",
    note = "why its request was cancelled, if it was: `.origin_cause()`"
)]
pub trait HasAnEnd<'a> {}
