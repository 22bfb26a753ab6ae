//! What a request carries.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use tokio::time::Instant;

use super::CancelCause;
use super::cancellation::{Cancellation, Link};
use super::{CancelSource, DetachedContext, DetachedWork, Values};
use crate::util::after;

/// What a request carries: typed values, labels, a deadline, and a cancellation with a cause.
///
/// Go's `context.Context`, in Rust's terms: values are found by their type, a deadline is data that is enforced where a
/// future is [scoped](Self::scope), and there is no cancel function to lose (see [`CancelSource`]). Cloning costs a few
/// reference counts. A context is never changed: each `with…` makes a new one.
///
/// A context is *ambient*: [`scope`](Self::scope) sets it for a future, [`current`](Self::current) reads it, and a
/// `#[detached]` call takes its values along. Where you would rather pass it, pass it, and say `context = ctx`.
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
}

impl Context {
    /// A context without values, deadline or cancellation.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Adds a value, found by its type. It replaces one of the same type.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(&self, value: T) -> Self {
        Self { values: Some(Values::with(self.values.as_ref(), value)), ..self.clone() }
    }

    /// Adds a label: it stands on the spans and in the reports of the tasks that come of this context. It replaces one
    /// of the same name.
    ///
    /// It is shown as `name=value`, with quotes around a value that would read as more than one: `user="bob role=admin"`.
    /// What could break a line is escaped. A value is cut at 256 bytes, here and once: each span has a copy.
    ///
    /// ```
    /// # use outlive::Context;
    /// let request = Context::root().with_label("user", "bob role=admin").with_label("agent", "curl\n\u{1b}[31m");
    /// assert!(format!("{request:?}").contains(r#"user="bob role=admin" agent="curl\n\u{1b}[31m""#));
    /// ```
    #[must_use]
    pub fn with_label(&self, name: &'static str, value: impl fmt::Display) -> Self {
        Self { values: Some(Values::with_label(self.values.as_ref(), name, &value)), ..self.clone() }
    }

    /// The value of this type.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        Values::get(self.values.as_ref())
    }

    /// Sets the deadline this far from now. An earlier one stays.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with_deadline(after(timeout))
    }

    /// Sets the deadline. An earlier one stays.
    #[must_use]
    pub fn with_deadline(&self, at: Instant) -> Self {
        let deadline = self.deadline.map_or(at, |old| old.min(at));
        Self { deadline: Some(deadline), ..self.clone() }
    }

    /// Obeys `source`, too.
    #[must_use]
    pub fn with_cancel(&self, source: &CancelSource) -> Self {
        let link = Link::new(Arc::clone(source.signal()), self.cancel.clone());
        Self { cancel: Some(link), ..self.clone() }
    }

    /// Lets `work` count the detached tasks that are started under this context, also by those tasks. One that counts already goes
    /// on.
    #[must_use]
    pub fn with_detached_work(&self, work: &DetachedWork) -> Self {
        Self { values: Some(Values::with_work(self.values.as_ref(), work)), ..self.clone() }
    }

    /// That of an attempt: obeys `source`, too, and knows its number.
    pub(crate) fn of_attempt(&self, attempt: u32, source: &CancelSource) -> Self {
        let link = Link::of_attempt(attempt, Arc::clone(source.signal()), self.cancel.clone());
        Self { cancel: Some(link), ..self.clone() }
    }

    /// Which attempt of a call this is the context of, where its function has a
    /// [`retry`](macro@crate::detached#retries): the first is 1, and so is everything that is not tried again. A call that
    /// an attempt makes counts its own.
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
        Link::attempt(self.cancel.as_ref()).unwrap_or(1)
    }

    /// When this context's time is over.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether a source has cancelled it, or its deadline has passed.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        // As `cause` has it, without asking what came first.
        Link::all(self.cancel.as_ref()).any(|signal| signal.cancelled().is_some())
            || self.deadline.is_some_and(|at| at <= Instant::now())
    }

    /// Why it is cancelled, if it is. What came first stands: a source, or the deadline.
    #[must_use]
    pub fn cause(&self) -> Option<CancelCause> {
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

    /// Whether anything can ever cancel it.
    pub(crate) fn is_cancellable(&self) -> bool {
        self.cancel.is_some() || self.deadline.is_some()
    }

    /// Waits for the cancellation, or the deadline.
    pub(crate) async fn wait(&self) -> CancelCause {
        self.wait_unless(|_| false).await
    }

    /// The same, where somebody else may keep the deadline for who is woken by this waker: it is asked at each poll, as the
    /// future may have gone elsewhere.
    pub(crate) async fn wait_unless(&self, is_kept: impl Fn(&Waker) -> bool) -> CancelCause {
        let mut signals: Vec<_> = Link::all(self.cancel.as_ref())
            .map(|signal| {
                let mut notified = Box::pin(signal.waiters().notified());
                // From here on, a cancel is not missed.
                notified.as_mut().enable();
                notified
            })
            .collect();
        if let Some(cause) = self.cause() {
            return cause;
        }
        let mut time = pin!(None);
        poll_fn(|cx| {
            if let Some(deadline) = self.deadline.filter(|_| time.is_none() && !is_kept(cx.waker())) {
                time.set(Some(tokio::time::sleep_until(deadline)));
            }
            let over = match time.as_mut().as_pin_mut() {
                Some(time) => time.poll(cx).is_ready(),
                // Who is woken at the deadline sees it before whoever has kept it.
                None => self.deadline.is_some_and(|deadline| deadline <= Instant::now()),
            };
            if over || signals.iter_mut().any(|signal| signal.as_mut().poll(cx).is_ready()) {
                return Poll::Ready(self.cause().unwrap_or(CancelCause::Timeout));
            }
            Poll::Pending
        })
        .await
    }

    /// Keeps values, labels and trace; leaves cancellation and deadline behind.
    ///
    /// Go's `context.WithoutCancel`, as a type of its own: what nobody can cancel cannot be waited on.
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
