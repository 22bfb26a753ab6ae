use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::future::{Future, Pending, pending, poll_fn};
use std::hash::{BuildHasherDefault, Hasher};
use std::panic::Location;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use crate::__private::HasAnEnd;
use crate::ambient::{self, Scoped};
use crate::cancel::{CancelCause, CancelSource, Signal};
use crate::report;
use crate::world::carried;

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

#[derive(Clone, Default)]
pub(crate) struct Values {
    typed: Typed,
    labels: Vec<(&'static str, Arc<str>)>,
}

type Value = Arc<dyn Any + Send + Sync>;

/// Mostly few, and read often: a scan over a handful of type ids beats a map, and a map beats a longer scan.
#[derive(Clone, Default)]
struct Typed {
    few: Vec<(TypeId, Value)>,
    /// All of them, where they are not few.
    many: HashMap<TypeId, Value, BuildHasherDefault<Digest>>,
}

impl Typed {
    const FEW: usize = 6;

    #[inline]
    fn get(&self, id: TypeId) -> Option<&Value> {
        match self.few.iter().find(|(known, _)| *known == id) {
            Some((_, value)) => Some(value),
            None => self.many.get(&id),
        }
    }

    fn with(&self, id: TypeId, value: Value) -> Self {
        let mut new = Self::default();
        if self.many.is_empty() && self.few.len() < Self::FEW {
            new.few.reserve_exact(self.few.len() + 1);
            new.few.extend(self.few.iter().filter(|(known, _)| *known != id).cloned());
            new.few.push((id, value));
        } else {
            new.many.clone_from(&self.many);
            new.many.extend(self.few.iter().cloned().chain([(id, value)]));
        }
        new
    }
}

/// A type id is a hash already.
#[derive(Default)]
struct Digest(u64);

impl Hasher for Digest {
    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }

    /// Not how a type id is hashed today.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Values {
    fn with<T: Send + Sync + 'static>(values: Option<&Arc<Self>>, value: T) -> Arc<Self> {
        let (id, value) = (TypeId::of::<T>(), Arc::new(value));
        Arc::new(match values {
            Some(old) => Self { typed: old.typed.with(id, value), labels: old.labels.clone() },
            None => Self { typed: Typed { few: vec![(id, value)], ..Typed::default() }, labels: Vec::new() },
        })
    }

    fn get<T: 'static>(values: Option<&Arc<Self>>) -> Option<&T> {
        values?.typed.get(TypeId::of::<T>())?.downcast_ref()
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn has_labels(&self) -> bool {
        !self.labels.is_empty()
    }

    /// `name=value name=value`
    pub(crate) fn labels(values: Option<&Arc<Self>>) -> impl fmt::Display + '_ {
        struct Labels<'a>(&'a [(&'static str, Arc<str>)]);
        impl fmt::Display for Labels<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (at, (name, value)) in self.0.iter().enumerate() {
                    write!(f, "{}{name}={value}", if at == 0 { "" } else { " " })?;
                }
                Ok(())
            }
        }
        Labels(values.map_or(&[], |values| values.labels.as_slice()))
    }
}

/// One more signal to obey, beside those above it.
pub(crate) struct Link {
    signal: Arc<Signal>,
    above: Option<Arc<Link>>,
}

impl Link {
    pub(crate) fn new(signal: Arc<Signal>, above: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { signal, above })
    }

    pub(crate) fn signal(&self) -> &Signal {
        &self.signal
    }

    fn all(first: Option<&Arc<Self>>) -> impl Iterator<Item = &Signal> {
        std::iter::successors(first, |link| link.above.as_ref()).map(|link| &*link.signal)
    }
}

/// A long chain is taken down in a loop: one link inside the other would use up the stack.
impl Drop for Link {
    fn drop(&mut self) {
        let mut above = self.above.take();
        while let Some(mut link) = above.and_then(Arc::into_inner) {
            above = link.above.take();
        }
    }
}

/// A moment so far away that it never comes stands for one that cannot be expressed.
pub(crate) fn later(at: Instant, duration: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    at.checked_add(duration).or_else(|| at.checked_add(CENTURY)).unwrap_or(at)
}

pub(crate) fn after(duration: Duration) -> Instant {
    later(Instant::now(), duration)
}

impl Context {
    /// A context without values, deadline or cancellation.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The context of the running code; [`root`](Self::root) where none is set.
    ///
    /// Inside a detached task it is the task's own: the caller's values, the task's deadline, and a cancellation that
    /// comes with the timeout, the drain or an [abort](crate::TaskHandle::abort), and when the task ends. The deadline
    /// has to be known then: a body that asks before it first waits has its timeout count from there.
    #[must_use]
    pub fn current() -> Self {
        Self::try_current().unwrap_or_default()
    }

    /// The context of the running code, if one is set.
    #[must_use]
    pub fn try_current() -> Option<Self> {
        ambient::context()
    }

    /// Adds a value, found by its type. It replaces one of the same type.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(&self, value: T) -> Self {
        Self { values: Some(Values::with(self.values.as_ref(), value)), ..self.clone() }
    }

    /// Adds a label: it stands on the spans and in the reports of the tasks that come of this context. It replaces one
    /// of the same name.
    #[must_use]
    pub fn with_label(&self, name: &'static str, value: impl fmt::Display) -> Self {
        let mut new = self.values.as_deref().cloned().unwrap_or_default();
        let value: Arc<str> = value.to_string().into();
        match new.labels.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => new.labels.push((name, value)),
        }
        Self { values: Some(Arc::new(new)), ..self.clone() }
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

    /// When this context's time is over.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether a source has cancelled it, or its deadline has passed.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cause().is_some()
    }

    /// Why it is cancelled, if it is. What came first stands: a source, or the deadline.
    #[must_use]
    pub fn cause(&self) -> Option<CancelCause> {
        match Link::all(self.cancel.as_ref()).filter_map(Signal::told).min_by_key(|(at, _)| *at) {
            Some((at, cause)) if self.deadline.is_none_or(|deadline| *at < deadline) => Some(cause.clone()),
            Some(_) => Some(CancelCause::Timeout),
            None => self.deadline.filter(|at| *at <= Instant::now()).map(|_| CancelCause::Timeout),
        }
    }

    /// Whether anything can ever cancel it.
    fn is_cancellable(&self) -> bool {
        self.cancel.is_some() || self.deadline.is_some()
    }

    /// Waits until the context is cancelled, or its deadline passes.
    ///
    /// Waiting on a context that nothing can cancel would be waiting for ever: debug builds report it, with the place.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    #[track_caller]
    pub fn cancelled(&self) -> impl Future<Output = CancelCause> + Send + use<'_> {
        if cfg!(debug_assertions) && !self.is_cancellable() {
            report::waits_for_ever(Location::caller());
        }
        self.wait()
    }

    async fn wait(&self) -> CancelCause {
        let mut told: Vec<_> = Link::all(self.cancel.as_ref())
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
        let mut time = pin!(self.deadline.map(tokio::time::sleep_until));
        poll_fn(|cx| {
            let over = time.as_mut().as_pin_mut().is_some_and(|time| time.poll(cx).is_ready());
            if over || told.iter_mut().any(|told| told.as_mut().poll(cx).is_ready()) {
                return Poll::Ready(self.cause().unwrap_or(CancelCause::Timeout));
            }
            Poll::Pending
        })
        .await
    }

    /// Runs `f` on the runtime once the context is cancelled; at once, if it is cancelled already.
    ///
    /// Go's `context.AfterFunc`: it stays registered unless [`OnCancel::stop`] is called; dropping the [`OnCancel`]
    /// changes nothing. On a context that nothing can cancel `f` would never run: it is dropped, and debug builds
    /// report the place.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn on_cancel(&self, f: impl FnOnce(CancelCause) + Send + 'static) -> OnCancel {
        if !self.is_cancellable() {
            if cfg!(debug_assertions) {
                report::waits_for_ever(Location::caller());
            }
            return OnCancel { waiting: None };
        }
        let context = self.clone();
        let claimed = Arc::new(AtomicBool::new(false));
        let claim = Arc::clone(&claimed);
        let task = tokio::spawn(carried(async move {
            let cause = context.wait().await;
            if !claim.swap(true, Ordering::AcqRel) {
                f(cause);
            }
        }));
        OnCancel { waiting: Some((claimed, task.abort_handle())) }
    }

    /// Runs a future in this context, until the future ends or the context is cancelled.
    ///
    /// The future is polled first: one that is done at the moment of the cancellation has its value. A context that
    /// is cancelled beforehand does not start it. tokio-util's `run_until_cancelled`, with the cause, the deadline and
    /// the values.
    ///
    /// # Errors
    ///
    /// The cause, if the context was cancelled first. The future has then been dropped, at an await.
    ///
    /// # Panics
    ///
    /// With a deadline, on a runtime without a time driver.
    pub async fn scope<F: Future>(&self, f: F) -> Result<F::Output, CancelCause> {
        if let Some(cause) = self.cause() {
            return Err(cause);
        }
        let mut cancelled = pin!(self.is_cancellable().then(|| self.wait()));
        let mut f = pin!(InScope::new(f, self.clone()));
        poll_fn(|cx| {
            if let Poll::Ready(value) = f.as_mut().poll(cx) {
                return Poll::Ready(Ok(value));
            }
            match cancelled.as_mut().as_pin_mut() {
                Some(cancelled) => cancelled.poll(cx).map(Err),
                None => Poll::Pending,
            }
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

pin_project_lite::pin_project! {
    /// Polled and dropped with its context in scope.
    pub(crate) struct InScope<F> {
        #[pin]
        future: Option<F>,
        context: Context,
    }

    impl<F> PinnedDrop for InScope<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _scoped = Scoped::enter(this.context);
            this.future.set(None);
        }
    }
}

impl<F> InScope<F> {
    pub(crate) fn new(future: F, context: Context) -> Self {
        Self { future: Some(future), context }
    }
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _scoped = Scoped::enter(this.context);
        this.future.as_pin_mut().expect("polled before its drop").poll(cx)
    }
}

/// A callback that waits for a cancellation. See [`Context::on_cancel`].
#[derive(Debug)]
pub struct OnCancel {
    /// Whoever sets the flag first decides whether the callback runs.
    waiting: Option<(Arc<AtomicBool>, tokio::task::AbortHandle)>,
}

impl OnCancel {
    /// Takes the callback back. Whether that was in time: `false` where it has begun to run, or never would have.
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
    values: Option<Arc<Values>>,
    origin: Context,
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

    /// The same.
    #[doc(hidden)]
    pub fn on_cancel(&self, f: impl FnOnce(CancelCause) + Send + 'static) -> OnCancel
    where
        Self: for<'a> HasAnEnd<'a>,
    {
        drop(f);
        OnCancel { waiting: None }
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
