//! The context of the running code, and the methods that use it.

use std::future::Future;
use std::panic::Location;
#[cfg(debug_assertions)]
use std::sync::Arc;

use super::near_value;
use super::scope;
use super::scoped::Scoped;
#[cfg(debug_assertions)]
use crate::context::passes;
use crate::context::{Context, DetachedWork, Values};
use crate::error::CancelCause;
use crate::report;
use crate::util::GivenFuture;

impl Context {
    /// The context of the running code, or [`root`](Self::root) if none is set.
    ///
    /// Inside a detached task it is the task's own: it has the caller's values and the task's deadline. It is cancelled by
    /// the timeout, by a drain, by an [abort](crate::TaskHandle::abort), and when the task ends. The timeout counts from the
    /// first await; in a body that calls this before, it counts from this call.
    ///
    /// Go passes a context as an argument; this one is found without one. A bare `tokio::spawn` has none: move the context into
    /// its future, and run the rest in it, with [`scope`](Self::scope).
    ///
    /// ```
    /// use outlive::{Context, Tracker, detached};
    ///
    /// static MAIL: Tracker = Tracker::bounded("mail", 8);
    ///
    /// #[detached(timeout = "5s", track = MAIL)]
    /// async fn send_mail() -> bool {
    ///     Context::current().deadline().is_some()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// assert!(Context::current().deadline().is_none()); // a root
    /// assert!(send_mail().await.unwrap()); // the task's own
    /// # }
    /// ```
    #[must_use]
    pub fn current() -> Self {
        Self::try_current().unwrap_or_default()
    }

    /// The context of the running code, if one is set.
    ///
    /// Use it where a missing context is a mistake of the caller's; [`current`](Self::current) gives a root instead.
    ///
    /// ```
    /// use outlive::Context;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// assert!(Context::try_current().is_none());
    /// assert!(Context::root().scope(async { Context::try_current().is_some() }).await.unwrap());
    /// # }
    /// ```
    #[must_use]
    pub fn try_current() -> Option<Self> {
        #[cfg(debug_assertions)]
        passes(report::nothing_ran_in_it);
        scope::context()
    }

    /// The value of this type, if the context has one.
    ///
    /// It is also found in every context that was made from this one, and in the tasks of the detached calls under it.
    #[must_use]
    #[track_caller]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> // without a key, which is the type: `.get::<RequestId>()`
    {
        self.used();
        let value = Values::get(self.values.as_ref());
        if cfg!(debug_assertions) && value.is_none() {
            if let Some(values) = &self.values {
                values.missed::<T>();
            }
            near_value::missed::<T>(self.values.as_ref(), Location::caller());
        }
        value
    }

    /// Waits until the context is cancelled, or its deadline passes.
    ///
    /// On a context that nothing can cancel it never returns: debug builds report that, with the file and line.
    ///
    /// It is Go's `<-ctx.Done()`, with the cause. tokio-util's `CancellationToken::cancelled` has no cause.
    ///
    /// ```
    /// use outlive::{Context, Tracker, detached};
    ///
    /// static UPLOADS: Tracker = Tracker::bounded("uploads", 8);
    ///
    /// #[detached(timeout = "5s", grace = "500ms", track = UPLOADS)]
    /// async fn upload() -> &'static str {
    ///     let context = Context::current();
    ///     tokio::select! {
    ///         () = std::future::pending() => "sent", // … the server …
    ///         _ = context.cancelled() => "undone", // at the timeout, or in a drain: within the grace
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # tokio::time::pause();
    /// assert_eq!(upload().await.unwrap(), "undone");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// With a deadline, if it is polled outside a tokio runtime with a time driver.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    #[track_caller]
    pub fn cancelled(&self) -> impl Future<Output = CancelCause> + Send + use<> {
        if cfg!(debug_assertions) && !self.is_cancellable() {
            report::waits_for_ever(scope::named_task(), Location::caller());
        }
        self.used();
        // Its own, so that `Context::current().cancelled()` may be a branch of a `select!`.
        let context = self.clone();
        // The task has a timer for its deadline, so no second timer is needed.
        async move { context.wait_unless(|waker| scope::is_kept_by_task(&context, waker)).await }
    }

    /// Runs a future in this context, until the future ends or the context is cancelled.
    ///
    /// The future is polled first: if it is done when the cancellation comes, its value is returned. If the context is
    /// cancelled already, the future is not polled. It is tokio-util's `run_until_cancelled`, with a cause, a deadline and
    /// values.
    ///
    /// ```
    /// use outlive::{CancelCause, CancelSource, Context};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let client = CancelSource::new();
    /// let request = Context::root().with_cancel(&client);
    /// assert_eq!(request.scope(async { 7 }).await.unwrap(), 7);
    ///
    /// client.cancel(CancelCause::Requested);
    /// assert!(matches!(request.scope(async { 7 }).await, Err(CancelCause::Requested))); // it was not polled
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The cause, if the context was cancelled first. The future was then dropped, at an await.
    ///
    /// # Panics
    ///
    /// With a deadline, on a runtime without a time driver.
    ///
    /// # Cancel safety
    ///
    /// Dropping the [`Scoped`] drops the given future, in this context. It adds nothing that could be lost: what the given future
    /// loses when it is dropped is lost.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn scope<F: GivenFuture<T>, T>(&self, f: F) -> Scoped<'_, F, T> {
        #[cfg(debug_assertions)]
        if is_a_call::<F>() && self.has_other_values_than_here() {
            report::called_before_the_scope(Location::caller());
        }
        Scoped::new(self, f)
    }

    /// Then a call that was made here has not those of this context.
    #[cfg(debug_assertions)]
    fn has_other_values_than_here(&self) -> bool {
        let here = scope::context().and_then(|here| here.values);
        self.values.as_ref().is_some_and(|values| here.is_none_or(|here| !Arc::ptr_eq(values, &here)))
    }
}

/// Whether it is a detached call's handle. Its type is in a room above this one, and its name is enough for a warning.
#[cfg(debug_assertions)]
fn is_a_call<F>() -> bool {
    std::any::type_name::<F>().starts_with("outlive::task::handle::TaskHandle<")
}

impl DetachedWork {
    /// Waits until none of the request's tasks is left. It closes nothing.
    ///
    /// It is ready if there was such a moment since its first poll, so await it after the request has made its calls. The
    /// tasks end at their timeouts at the latest, or when they are drained. When it returns, everything that the tasks held
    /// is dropped, and their failures are reported. A task that waits for the work that it is part of waits for itself until
    /// its timeout; a `blocking` one waits for ever. Debug and release builds report this.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn ended(&self) {
        let is_own = scope::with_task(|task| task.values.as_ref().is_some_and(|values| values.is_work_of(self)));
        if let Some((site, tracker)) = scope::named_task().filter(|_| is_own == Some(true)) {
            report::waits_for_itself(site, tracker, "the end of the detached work that it is part of");
        }
        self.none_left().await;
    }
}
