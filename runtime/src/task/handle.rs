//! The handle of a call.
//!
//! A handle communicates with its task only through the tracker's admission: by the key of the task's entry, or by the
//! task's id.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::mem::{self, needs_drop};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::task::{JoinError, JoinHandle};

use super::join_output::{JoinOutput, is_watched};
use super::refused;
use crate::admission::Key;
use crate::context::Values;
use crate::current::current_task;
use crate::error::{CancelCause, Panic, Refused, Rejected, TaskError};
use crate::report::{self, Facts};
use crate::tracker::{Kind, Outcome, TaskSite, TrackerRef};
use crate::util::quietly;

/// The handle of a detached call: a future of the task's result.
///
/// Dropping it leaves the task running, as with a tokio `JoinHandle`; but an `Err` that nobody looks at is then reported.
/// The task starts with the call, not with an await: `write_audit(event);` is a complete statement.
///
/// ```
/// use outlive::{Rejected, Tracker, detached};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[detached(timeout = "5s", track = MAIL)]
/// async fn send_mail(to: String) -> usize {
///     to.len()
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Rejected> {
/// send_mail("ada@example.org".to_owned());                              // runs; nobody waits
/// send_mail("bob@example.org".to_owned()).admitted()?;                  // runs; a refusal is seen here
/// assert_eq!(send_mail("eve@example.org".to_owned()).await.unwrap(), 15); // waited for
/// # Ok(()) }
/// ```
///
/// # Panics
///
/// If it is polled again after it has returned its value, as a `JoinHandle` does.
///
/// # Cancel safety
///
/// Awaiting `&mut handle` in a `select!` loses nothing when another branch wins.
pub struct TaskHandle<T> {
    site: &'static TaskSite,
    tracker: TrackerRef,
    state: State<T>,
}

enum State<T> {
    Spawned {
        join: JoinHandle<JoinOutput<T>>,
        /// The key of its entry, if it has one.
        key: Option<Key>,
        /// Whether the task has to know when this is dropped.
        is_watched: bool,
    },
    /// An unseen refusal, which is reported when it is dropped.
    Refused { rejected: Rejected, values: Option<Arc<Values>> },
    /// A refusal that the caller has seen.
    Seen(Rejected),
    /// The result was taken.
    Done,
}

impl<T> TaskHandle<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn spawned(
        site: &'static TaskSite,
        tracker: TrackerRef,
        join: JoinHandle<JoinOutput<T>>,
        key: Option<Key>,
    ) -> Self
    where
        T: 'static,
    {
        if let Some(key) = key {
            tracker.core().admission().set_task_id(key, join.id());
        }
        Self { site, tracker, state: State::Spawned { join, key, is_watched: is_watched::<T>() } }
    }

    pub(crate) fn not_admitted(
        site: &'static TaskSite,
        tracker: TrackerRef,
        rejected: Rejected,
        values: Option<Arc<Values>>,
    ) -> Self {
        Self { site, tracker, state: State::Refused { rejected, values } }
    }

    /// Waits for the end, without taking the result.
    pub(crate) async fn ended(&mut self) -> Outcome {
        let State::Spawned { join, .. } = &mut self.state else { return Outcome::Rejected };
        let mut left = join.await;
        let outcome = left.as_ref().map_or(Outcome::Lost, JoinOutput::outcome);
        match &mut left {
            // No destructor runs, and nothing is reported.
            Ok(output) if outcome == Outcome::Completed && !needs_drop::<T>() => output.content = None,
            _ => {
                quietly(|| drop(left));
            }
        }
        outcome
    }

    /// The same for outlive-durable: an `Err` is reported, as when the handle is dropped.
    #[doc(hidden)]
    pub async fn __ended(&mut self) -> Outcome {
        self.ended().await
    }

    /// The run requests of this handle's loop.
    pub(super) fn reach(&self) -> Result<Arc<dyn Any + Send + Sync>, Rejected> {
        if self.site.kind() != Kind::Periodic {
            return Err(Rejected::NotPeriodic);
        }
        match &self.state {
            State::Refused { rejected, .. } | State::Seen(rejected) => Err(*rejected),
            // If the loop has ended, another loop may have its key.
            State::Spawned { join, key: Some(key), .. } if !join.is_finished() => {
                self.tracker.core().loop_record(self.site).reach(*key).ok_or(Rejected::Ended)
            }
            State::Spawned { .. } | State::Done => Err(Rejected::Ended),
        }
    }

    fn look(&mut self) -> Option<Rejected> {
        match &self.state {
            State::Spawned { .. } | State::Done => None,
            State::Refused { rejected, .. } | State::Seen(rejected) => {
                let rejected = *rejected;
                self.state = State::Seen(rejected);
                Some(rejected)
            }
        }
    }

    /// Returns the handle, or the refusal if the call was refused.
    ///
    /// ```
    /// use outlive::{Rejected, Tracker, detached};
    ///
    /// static AUDIT: Tracker = Tracker::bounded("audit", 1);
    ///
    /// #[detached(timeout = "5s", track = AUDIT)]
    /// async fn write_audit() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let first = write_audit().admitted().expect("there is a place");
    /// assert_eq!(write_audit().admitted().unwrap_err(), Rejected::Full);
    /// first.await.unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The refusal. The call's body never ran.
    pub fn admitted(mut self) -> Result<Self, Rejected> {
        match self.look() {
            None => Ok(self),
            Some(rejected) => Err(rejected),
        }
    }

    /// The refusal with the names of the function and the tracker, or `None` if the call was admitted. As after
    /// [`admitted`](Self::admitted), dropping the handle then reports nothing.
    ///
    /// ```
    /// use outlive::{Tracker, detached};
    ///
    /// static AUDIT: Tracker = Tracker::bounded("audit", 1);
    ///
    /// #[detached(timeout = "5s", track = AUDIT)]
    /// async fn write_audit() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let mut first = write_audit();
    /// let mut second = write_audit();
    /// assert!(first.refused().is_none());
    /// let refused = second.refused().expect("the only place is taken");
    /// assert!(refused.to_string().starts_with("refused: the tracker is full: `write_audit` ("));
    /// # }
    /// ```
    pub fn refused(&mut self) -> Option<Refused> {
        let rejected = self.look()?;
        Some(Refused::new(rejected, self.site, self.tracker.core().name()))
    }

    /// Whether awaiting the handle would return at once.
    ///
    /// It does not wait. It is `true` for a refused call, too.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        match &self.state {
            State::Spawned { join, .. } => join.is_finished(),
            State::Refused { .. } | State::Seen(_) | State::Done => true,
        }
    }

    /// The function that was called.
    ///
    /// [`TaskSite`] has its name, its place in the source, and its counters.
    #[must_use]
    pub fn site(&self) -> &'static TaskSite {
        self.site
    }

    /// Drops the task's future at its next await; the handle then gives [`TaskError::Cancelled`].
    ///
    /// A task inside a [`shield`](crate::shield) is cancelled first, and dropped when the section or the grace ends. For a
    /// task that has ended, this does nothing. The thread of a `blocking` task runs on, and stays tracked.
    ///
    /// It is tokio's `JoinHandle::abort`, with a cause: the handle gives it, and so does the task's `unfinished` hook. It does not
    /// wait for the task's end; await the handle for that.
    ///
    /// ```
    /// use outlive::{CancelCause, TaskError, Tracker, detached};
    ///
    /// static EXPORTS: Tracker = Tracker::bounded("exports", 8);
    ///
    /// #[detached(timeout = "10s", track = EXPORTS)]
    /// async fn export() {
    ///     // … for a long time …
    ///     # std::future::pending::<()>().await;
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let exporting = export();
    /// exporting.abort(CancelCause::Requested);
    /// assert!(matches!(exporting.await, Err(TaskError::Cancelled(CancelCause::Requested))));
    /// # }
    /// ```
    pub fn abort(&self, cause: CancelCause) // `.abort(outlive::CancelCause::Requested)`
    {
        if let State::Spawned { join, key, .. } = &self.state {
            if !join.is_finished() && self.tracker.core().admission().abort(*key, join.id(), cause) {
                join.abort();
            }
        }
    }

    /// Makes a handle that aborts the task when it is dropped, with [`CancelCause::Disconnected`].
    ///
    /// Use it for work that is tracked and bounded like a detached task, but belongs to one waiter.
    pub fn abort_on_drop(self) -> AbortOnDrop<T> {
        AbortOnDrop { handle: self }
    }
}

impl<T> Future for TaskHandle<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { site, tracker, state } = &mut *self;
        let State::Spawned { join, key, .. } = state else {
            return match self.look() {
                Some(rejected) => Poll::Ready(Err(TaskError::Rejected(rejected))),
                None => panic!("a `TaskHandle` was polled after it had given its value"),
            };
        };
        // It is read where it lies: to move it out first would copy all of it.
        let mut polled = Pin::new(&mut *join).poll(cx);
        let Poll::Ready(joined) = &mut polled else {
            if let Some(key) = *key {
                waits_for(site, tracker, key);
            }
            return Poll::Pending;
        };
        // An abort of the task was handled by now, or came too late.
        let admission = tracker.core().admission();
        let asked = if admission.has_side_entries() { admission.take_abort_cause(|| Some(join.id())) } else { None };
        *state = State::Done;
        if let Ok(output) = joined {
            if let Some(value) = output.take_value() {
                if asked.is_none() {
                    if let Some(tracker) = output.take_rest() {
                        // Most have nothing more to drop, for which their destructor would look in several places.
                        mem::forget(polled);
                        mem::forget(asked);
                        drop(tracker);
                    }
                }
                return Poll::Ready(Ok(value));
            }
        }
        polled.map(|joined| Err(no_value(joined, asked, site, tracker)))
    }
}

#[cold]
fn no_value<T>(
    joined: Result<JoinOutput<T>, JoinError>,
    asked: Option<CancelCause>,
    site: &'static TaskSite,
    tracker: &TrackerRef,
) -> TaskError {
    match joined {
        Ok(output) => output.failed(site),
        Err(error) => match error.try_into_panic() {
            Ok(payload) => TaskError::Panicked(Panic::new(payload).of(site, tracker.core().name())),
            Err(_) => asked.map_or(TaskError::Lost, TaskError::Cancelled),
        },
    }
}

/// Warns about a task that waits for a queued call of its own tracker, and holds a place that the call may need.
#[cold]
fn waits_for(called: &'static TaskSite, tracker: &TrackerRef, key: Key) {
    let core = tracker.core();
    if let Some((site, own)) = current_task().filter(|(_, own)| own.core().address() == core.address()) {
        if core.admission().is_waiting(key) {
            report::waits_for_own_place(site, own.core().shown_name(), called);
        }
    }
}

impl<T> Drop for TaskHandle<T> {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.state, State::Done | State::Seen(_)) {
            self.drop_unseen();
        }
    }
}

impl<T> TaskHandle<T> {
    /// Drops it before its result was read.
    fn drop_unseen(&mut self) {
        match &mut self.state {
            State::Done | State::Seen(_) => {}
            // The task then reports its own `Err`, before a drain returns.
            State::Spawned { join, key, is_watched } if !join.is_finished() => {
                self.tracker.core().admission().handle_dropped(*key, join.id(), *is_watched);
            }
            State::Spawned { join, .. } => drop(self.tracker.core().admission().take_abort_cause(|| Some(join.id()))),
            State::Refused { rejected, values } => {
                let facts = Facts::new(self.site, self.tracker.core(), values.take());
                refused::report(&facts, *rejected, &self.tracker);
            }
        }
    }
}

impl<T> fmt::Debug for TaskHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle")
            .field("task", &self.site.name())
            .field("is_finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}

/// A handle that aborts its task when it is dropped: see [`TaskHandle::abort_on_drop`].
///
/// It is a future of the same result as the handle's. It is tokio-util's `AbortOnDropHandle`, and the abort has a cause,
/// [`CancelCause::Disconnected`]. After the task has ended, dropping it does nothing.
///
/// ```
/// use outlive::{Tracker, detached};
///
/// static EXPORTS: Tracker = Tracker::bounded("exports", 8);
///
/// #[detached(timeout = "10s", track = EXPORTS)]
/// async fn export() -> usize {
///     // … for a long time …
///     # tokio::task::yield_now().await;
///     7
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(export().abort_on_drop().await.unwrap(), 7);
///
/// let exporting = export().abort_on_drop();
/// drop(exporting); // the client hangs up
/// EXPORTS.idle().await; // the task is dropped
/// # assert_eq!(outlive::sites().find(|site| site.name() == "export").unwrap().counts().cancelled, 1);
/// # }
/// ```
///
/// # Panics
///
/// If it is polled again after it has returned its value.
///
/// # Cancel safety
///
/// Dropping it aborts the task. Awaiting `&mut handle` in a `select!` loses nothing when another branch wins.
#[derive(Debug)]
#[must_use = "dropping it aborts the task"]
pub struct AbortOnDrop<T> {
    handle: TaskHandle<T>,
}

impl<T> Future for AbortOnDrop<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.handle).poll(cx)
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.handle.abort(CancelCause::Disconnected);
    }
}
