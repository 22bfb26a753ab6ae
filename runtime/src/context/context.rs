//! What a request carries.

use std::fmt;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::CancelCause;
use super::cancellation::{Cancellation, Link};
#[cfg(debug_assertions)]
use super::unentered::Unentered;
use super::{CancelSource, DetachedContext, DetachedWork, Values, Wait};
use crate::util::after;

/// What a request carries: typed values, labels, a deadline, and a cancellation with a cause.
///
/// It is Go's `context.Context` in Rust: values are found by their type; a deadline is data, and is enforced where a future
/// runs in [`scope`](Self::scope); and no cancel function can be lost (see [`CancelSource`]). Cloning costs a few reference
/// counts. A context is immutable: each `with…` makes a new one.
///
/// [`scope`](Self::scope) sets the context for a future, and [`current`](Self::current) reads it, without passing it as an
/// argument. A `#[detached]` call takes the values of the current context. To pass a context explicitly, write
/// `context = ctx` in the attribute.
///
/// ```
/// use outlive::Context;
///
/// #[derive(Debug, PartialEq)]
/// struct UserId(u64);
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let request = Context::root().with(UserId(7)).with_label("request", "a1b2");
/// request
///     .scope(async {
///         assert_eq!(Context::current().get::<UserId>(), Some(&UserId(7)));
///     })
///     .await
///     .expect("nothing cancels it");
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Context {
    pub(crate) values: Option<Arc<Values>>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) cancel: Option<Arc<Link>>,
    /// Whether it was made, and nobody has used it.
    #[cfg(debug_assertions)]
    pub(super) unentered: Unentered,
}

impl Context {
    /// The context of a running task, or nobody's.
    pub(crate) const fn of(values: Option<Arc<Values>>, deadline: Option<Instant>, cancel: Option<Arc<Link>>) -> Self {
        Self {
            values,
            deadline,
            cancel,
            #[cfg(debug_assertions)]
            unentered: Unentered::NONE,
        }
    }

    /// It was just made by its user: debug builds report it, if it is never used.
    #[cfg(debug_assertions)]
    #[track_caller]
    fn made(mut self, deadline: Option<Instant>) -> Self {
        self.unentered = Unentered::new(std::panic::Location::caller(), deadline);
        self
    }

    #[cfg(not(debug_assertions))]
    #[inline(always)]
    fn made(self, _: Option<Instant>) -> Self {
        self
    }

    /// Somebody uses it.
    #[inline(always)]
    #[allow(clippy::unused_self, reason = "only debug builds look")]
    pub(crate) fn used(&self) {
        #[cfg(debug_assertions)]
        self.unentered.used();
    }

    /// A context without values, deadline or cancellation.
    ///
    /// It is Go's `context.Background`. To extend the context of the running code, start from [`current`](Self::current).
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Adds a value, which [`get`](Self::get) finds by its type. It replaces a value of the same type.
    ///
    /// In Go a value has a key. Here its type is the key, so give each value a type of its own.
    ///
    /// ```
    /// use outlive::Context;
    ///
    /// #[derive(Debug, PartialEq)]
    /// struct UserId(u64);
    ///
    /// let request = Context::root().with(UserId(7));
    /// assert_eq!(request.get::<UserId>(), Some(&UserId(7)));
    ///
    /// let other = request.with(UserId(8));
    /// assert_eq!(other.get::<UserId>(), Some(&UserId(8)));
    /// assert_eq!(request.get::<UserId>(), Some(&UserId(7))); // a context does not change
    /// ```
    #[must_use = "a `Context` is a value, and the current one does not change: run the rest in it, with `.scope(…).await`"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with<T: Send + Sync + 'static>(&self, value: T) -> Self // `.with(RequestId(7))`; with a name: `.with_label("request", 7)`
    {
        Self { values: Some(Values::with(self.values.as_ref(), value)), ..self.clone() }.made(None)
    }

    /// Adds a label, which is shown on the spans and in the reports of the tasks that are started under this context. It
    /// replaces a label of the same name.
    ///
    /// It is shown as `name=value`, with quotes around a value that would look like several: `user="bob role=admin"`.
    /// Characters that could break a line are escaped. A value is cut at 256 bytes, because each span has a copy.
    ///
    /// ```
    /// # use outlive::Context;
    /// let request = Context::root().with_label("user", "bob role=admin").with_label("agent", "curl\n\u{1b}[31m");
    /// assert!(format!("{request:?}").contains(r#"user="bob role=admin" agent="curl\n\u{1b}[31m""#));
    /// ```
    #[must_use = "a `Context` is a value, and the current one does not change: run the rest in it, with `.scope(…).await`"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with_label(&self, name: &'static str, value: impl fmt::Display) -> Self // `.with_label("request", id)`
    {
        Self { values: Some(Values::with_label(self.values.as_ref(), name, &value)), ..self.clone() }.made(None)
    }

    /// Sets the deadline to this far from now. An earlier deadline stays.
    ///
    /// It is Go's `context.WithTimeout`, without a cancel function to call. A detached call does not take the deadline over:
    /// its task has its own timeout.
    ///
    /// ```
    /// use std::time::Duration;
    /// use outlive::{CancelCause, Context};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # tokio::time::pause();
    /// let request = Context::root().with_timeout(Duration::from_secs(5));
    /// let slow = request.scope(tokio::time::sleep(Duration::from_secs(60))).await;
    /// assert!(matches!(slow, Err(CancelCause::Timeout))); // after 5 seconds
    /// # }
    /// ```
    #[must_use = "a `Context` is a value, and the current one does not change: run the rest in it, with `.scope(…).await`"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with_timeout(&self, timeout: Duration) -> Self // `.with_timeout(Duration::from_secs(5))`
    {
        self.with_deadline(after(timeout))
    }

    /// Sets the deadline. An earlier deadline stays.
    ///
    /// `at` is a moment of tokio's clock. If it has passed, the context is cancelled at once.
    ///
    /// ```
    /// use outlive::Context;
    /// use tokio::time::{Duration, Instant};
    ///
    /// let at = Instant::now() + Duration::from_secs(5);
    /// let request = Context::root().with_deadline(at);
    /// assert_eq!(request.deadline(), Some(at));
    /// assert_eq!(request.with_deadline(at + Duration::from_secs(1)).deadline(), Some(at)); // the earlier one
    /// ```
    #[must_use = "a `Context` is a value, and the current one does not change: run the rest in it, with `.scope(…).await`"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with_deadline(&self, at: Instant) -> Self // `tokio::time::Instant::now() + Duration::from_secs(5)`
    {
        let deadline = self.deadline.map_or(at, |old| old.min(at));
        Self { deadline: Some(deadline), ..self.clone() }.made(Some(deadline).filter(|_| deadline == at))
    }

    /// Makes a context that `source` can cancel as well.
    ///
    /// The first source that cancels it gives the cause. Contexts that are made from this one are cancelled with it. The context
    /// that it is made from is not.
    ///
    /// ```
    /// use outlive::{CancelCause, CancelSource, Context};
    ///
    /// let (client, operator) = (CancelSource::new(), CancelSource::new());
    /// let request = Context::root().with_cancel(&client);
    /// let part = request.with_cancel(&operator);
    ///
    /// operator.cancel(CancelCause::Requested);
    /// assert!(part.is_cancelled() && !request.is_cancelled());
    /// ```
    #[must_use = "a `Context` is a value, and the current one does not change: run the rest in it, with `.scope(…).await`"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with_cancel(&self, source: &CancelSource) -> Self // `let source = CancelSource::new();`, and `.with_cancel(&source)`
    {
        let link = Link::new(Arc::clone(source.signal()), self.cancel.clone());
        Self { cancel: Some(link), ..self.clone() }.made(None)
    }

    /// Makes `work` count the detached tasks that are started under this context, and those that they start. A
    /// `DetachedWork` that the context already has counts on.
    /// [`DetachedWork`] has an example.
    #[must_use = "a `Context` is a value, and the current one does not change: run the rest in it, with `.scope(…).await`"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with_detached_work(&self, work: &DetachedWork) -> Self {
        Self { values: Some(Values::with_work(self.values.as_ref(), work)), ..self.clone() }.made(None)
    }

    /// The context of an attempt: `source` can cancel it as well, and it has the attempt's number.
    pub(crate) fn of_attempt(&self, attempt: u32, source: &CancelSource) -> Self {
        let link = Link::of_attempt(attempt, Arc::clone(source.signal()), self.cancel.clone());
        Self { cancel: Some(link), ..self.clone() }
    }

    /// The number of the attempt that this context belongs to, if its function has a
    /// [`retry`](macro@crate::detached#retries). The first attempt is 1, and so is a call without a retry. A detached call
    /// inside an attempt counts its own attempts.
    ///
    /// ```
    /// use outlive::{Context, Tracker, detached};
    ///
    /// static MAIL: Tracker = Tracker::bounded("mail", 8);
    ///
    /// #[detached(timeout = "5s", track = MAIL, retry = "3, 10ms..1s")]
    /// async fn send() -> Result<u32, std::io::Error> {
    ///     match Context::current().attempt() {
    ///         1 => Err(std::io::Error::other("greylisted")),
    ///         attempt => Ok(attempt),
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// assert_eq!(send().await.unwrap().unwrap(), 2);
    /// assert_eq!(Context::current().attempt(), 1);
    /// # }
    /// ```
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.used();
        Link::attempt(self.cancel.as_ref()).unwrap_or(1)
    }

    /// The moment at which this context is cancelled, if it has a deadline.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.used();
        self.deadline
    }

    /// Whether a source has cancelled this context, or its deadline has passed.
    ///
    /// It does not wait, and once it is `true` it stays so. Ask it between two steps of blocking work; elsewhere, await
    /// [`cancelled`](Self::cancelled).
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.used();
        // Whether `cause` is set. It is cheaper, because it does not look for the first cause.
        Link::all(self.cancel.as_ref()).any(|signal| signal.cancelled().is_some())
            || self.deadline.is_some_and(|at| at <= Instant::now())
    }

    /// Why this context is cancelled, if it is: by a source or by the deadline, whichever came first.
    ///
    /// It is Go's `context.Cause`. It does not wait, and the cause does not change. [`CancelSource`] has an example.
    #[must_use]
    pub fn cause(&self) -> Option<CancelCause> {
        self.used();
        let passed = |deadline| Link::cause_of(self.cancel.as_ref(), deadline);
        match (
            Link::all(self.cancel.as_ref()).filter_map(Cancellation::cancelled).min_by_key(|(at, _)| *at),
            self.deadline,
        ) {
            (Some((at, _)), Some(deadline)) if deadline <= *at => Some(passed(deadline)),
            (Some((_, cause)), _) => Some(cause.clone()),
            (None, deadline) => deadline.filter(|at| *at <= Instant::now()).map(passed),
        }
    }

    /// Whether a source or a deadline can cancel it.
    pub(crate) fn is_cancellable(&self) -> bool {
        self.cancel.is_some() || self.deadline.is_some()
    }

    /// Waits until it is cancelled, or its deadline passes.
    pub(crate) fn wait_unkept(&self) -> Wait<'_, fn(&Waker) -> bool> {
        self.wait_unless(|_| false)
    }

    /// The same, but without its own timer while `is_kept` says that the task wakes this waker at the deadline. It is asked
    /// at each poll, because the future may have moved to another task.
    pub(crate) fn wait_unless<K: Fn(&Waker) -> bool>(&self, is_kept: K) -> Wait<'_, K> {
        self.used();
        Wait::new(self, is_kept)
    }

    /// Makes a context with the same values, labels and trace, and without cancellation and deadline.
    ///
    /// Go's `context.WithoutCancel`, as a separate type: nothing can cancel it, so it has no `cancelled` to wait for.
    /// [`DetachedContext`] has an example. A `#[detached]` call needs none: it takes the values of the current context by itself.
    #[must_use]
    pub fn detach(&self) -> DetachedContext {
        DetachedContext { values: self.values.clone(), origin: self.clone() }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("labels", &format_args!("{}", Values::labels(self.values.as_ref())))
            .field("deadline", &self.deadline)
            .field("cause", &self.cause())
            .finish_non_exhaustive()
    }
}
