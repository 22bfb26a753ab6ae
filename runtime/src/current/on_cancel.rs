//! Callbacks that run at a cancellation.

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::scope::named_task;
use crate::context::{Context, DetachedContext, HasAnEnd};
use crate::error::CancelCause;
use crate::report;
use crate::tracker::isolation::carried;
use crate::util::NoValue;

/// A callback that waits for a cancellation. See [`Context::on_cancel`].
///
/// Dropping it changes nothing: the callback stays registered.
///
/// ```
/// use outlive::{CancelSource, Context};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let client = CancelSource::new();
/// let request = Context::root().with_cancel(&client);
/// let undo = request.on_cancel(|cause| println!("undone: {cause}"));
/// // … the work is done: there is nothing to undo …
/// assert!(undo.stop()); // the callback never runs
/// # }
/// ```
#[derive(Debug)]
pub struct OnCancel {
    /// The first to set the flag decides whether the callback runs.
    waiting: Option<(Arc<AtomicBool>, tokio::task::AbortHandle)>,
}

impl OnCancel {
    /// Unregisters the callback. Returns `false` if it has begun to run already, or could never run.
    ///
    /// Go's `stop` function, as `context.AfterFunc` returns it.
    #[allow(clippy::must_use_candidate, reason = "taking it back is what it is called for")]
    pub fn stop(self) -> bool {
        let Some((claimed, task)) = self.waiting else {
            return false;
        };
        let in_time = !claimed.swap(true, Ordering::AcqRel);
        if in_time {
            task.abort();
        }
        in_time
    }
}

impl Context {
    /// Runs `f` on the runtime once the context is cancelled; at once, if it is cancelled already.
    ///
    /// Go's `context.AfterFunc`. It stays registered until [`OnCancel::stop`] is called; dropping the [`OnCancel`] changes
    /// nothing. On a context that nothing can cancel, `f` would never run: it is dropped, and debug builds report the file
    /// and line.
    ///
    /// `f` runs in a tokio task of its own, which no tracker counts, and no drain waits for. So keep it short; for more, call a
    /// `#[detached]` function in it. If it panics, only that task ends.
    ///
    /// ```
    /// use outlive::{CancelCause, CancelSource, Context};
    /// use tokio::sync::oneshot;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let client = CancelSource::new();
    /// let request = Context::root().with_cancel(&client);
    /// let (tell, told) = oneshot::channel();
    /// request.on_cancel(move |cause| drop(tell.send(cause.to_string())));
    ///
    /// client.cancel(CancelCause::Requested);
    /// assert_eq!(told.await.unwrap(), "on request");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn on_cancel<R: NoValue>(&self, f: impl FnOnce(CancelCause) -> R + Send + 'static) -> OnCancel // `|cause| …`
    {
        if !self.is_cancellable() {
            if cfg!(debug_assertions) {
                report::waits_for_ever(named_task(), Location::caller());
            }
            return OnCancel { waiting: None };
        }
        let context = self.clone();
        let claimed = Arc::new(AtomicBool::new(false));
        let claim = Arc::clone(&claimed);
        let task = tokio::spawn(carried(async move {
            let cause = context.wait_unkept().await;
            if !claim.swap(true, Ordering::AcqRel) {
                drop(f(cause));
            }
        }));
        OnCancel { waiting: Some((claimed, task.abort_handle())) }
    }
}

impl DetachedContext {
    /// A call of it does not compile: the error says what to write instead.
    #[doc(hidden)]
    pub fn on_cancel(&self, f: impl FnOnce(CancelCause) + Send + 'static) -> OnCancel
    where
        Self: for<'a> HasAnEnd<'a>,
    {
        drop(f);
        OnCancel { waiting: None }
    }
}
