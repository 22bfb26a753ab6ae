//! One detached call, on its way from the generated function to the runtime: admission, capture, spawn.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{Location, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::ambient::{self, Scoped};
use crate::context::Values;
use crate::flight::{Flight, State, Verdict, in_place};
use crate::report::{self, Facts, Outcome, TaskSpan};
use crate::roster::{Admission, Kind, Refusal, Request};
use crate::task::{Limit, More};
use crate::tracker::{Moved, Place, Seat, Ticket};
use crate::unfinished::{Hook, Reason, Spill};
use crate::world::World;
use crate::{Panic, Rejected, TaskHandle, Unfinished};

/// A call that has not been made yet. Only generated code builds one.
#[must_use]
pub struct Call<U = (), P: Place = Moved> {
    pub(crate) place: P,
    values: Option<Arc<Values>>,
    hook: U,
    special: Option<Box<Special<P>>>,
    pub(crate) kind: Kind,
    pub(crate) once: bool,
    world: World,
}

/// What few calls have: the others move less.
struct Special<P: Place> {
    /// Of this call's own.
    timeout: Option<Duration>,
    runtime: Option<Handle>,
    /// What waiting for a place has given: the seat, and what is known of it.
    seat: Option<Seat<P>>,
    admitted: Option<Result<Admission, Refusal>>,
}

impl<P: Place> Default for Special<P> {
    fn default() -> Self {
        Self { timeout: None, runtime: None, seat: None, admitted: None }
    }
}

impl<P: Place> Call<(), P> {
    #[track_caller]
    #[inline(always)]
    pub(crate) fn new(place: impl FnOnce(&World) -> P) -> Self {
        let origin = ambient::origin();
        let (values, in_group, world) = (origin.values, origin.in_group, origin.world);
        let place = place(&world);
        if in_group {
            report::leaves_its_group(place.site(), place.station().name(), Location::caller());
        }
        Self { place, values, hook: (), special: None, kind: Kind::Bounded, once: false, world }
    }

    /// A call that does not carry its caller's identity, and that several callers may wait for.
    pub(crate) fn apart(place: impl FnOnce(&World) -> P) -> Self {
        let world = ambient::world();
        let place = place(&world);
        Self { place, values: None, hook: (), special: None, kind: Kind::Bounded, once: false, world }
    }

    /// A loop does not carry the identity of the request that happened to start it.
    pub(crate) fn into_loop(self) -> Self {
        Self { values: None, ..self }
    }

    /// May be started once, until it has ended.
    pub fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// Keeps the arguments for the hook.
    pub fn unfinished<A: Send + 'static>(self, args: A, hook: fn(Unfinished<A>)) -> Call<Spill<A>, P> {
        self.with_hook(Spill { hook, args: Some(args) })
    }

    pub(crate) fn with_hook<H: Hook>(self, hook: H) -> Call<H, P> {
        let Self { place, values, hook: (), special, kind, once, world } = self;
        Call { place, values, hook, special, kind, once, world }
    }
}

impl From<Refusal> for Rejected {
    #[inline]
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Full => Self::Full,
            Refusal::Draining => Self::Draining,
            Refusal::OwnerGone => Self::OwnerGone,
        }
    }
}

impl<U: Hook, P: Place> Call<U, P> {
    fn special(&mut self) -> &mut Special<P> {
        self.special.get_or_insert_default()
    }

    /// A timeout of this call's own, up to the site's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        if timeout < self.place.site().timeout() {
            self.special().timeout = Some(timeout);
        }
        self
    }

    /// Another origin than the ambient context.
    pub fn context(self, origin: &crate::Context) -> Self {
        Self { values: origin.values.clone(), ..self }
    }

    /// Another runtime than the current one.
    pub fn on(mut self, runtime: &Handle) -> Self {
        self.special().runtime = Some(runtime.clone());
        self
    }

    /// An argument that says how long it is still good for. What does not last until the deadline is reported.
    #[inline]
    pub fn lives(self, argument: &str, remaining: Option<Duration>) -> Self {
        if let Some(remaining) = remaining {
            let site = self.place.site();
            let own = self.special.as_ref().and_then(|special| special.timeout);
            let deadline = own.unwrap_or_else(|| site.timeout()).saturating_add(site.grace());
            if remaining < deadline {
                let tracker = self.place.station().name();
                report::stale(site, tracker, self.values.as_ref(), argument, remaining, deadline);
            }
        }
        self
    }

    fn request(&self) -> Request<Ticket> {
        self.place.station().request(self.place.site(), ambient::caller(), self.kind)
    }

    /// Waits until the tracker has a place.
    pub async fn wait(mut self) -> Self {
        let key = self.place.station().roster().knock(self.request());
        // Given back when the caller goes away in between.
        let seat = Seat::new(self.place.clone(), Some(key));
        let admitted = poll_fn(|cx| match self.place.station().roster().knocked(key, cx.waker()) {
            Some(admitted) => Poll::Ready(admitted),
            None => Poll::Pending,
        })
        .await;
        let special = self.special();
        special.seat = admitted.is_ok().then_some(seat);
        special.admitted = Some(admitted);
        self
    }

    #[inline]
    pub(crate) fn runtime(&mut self) -> Result<Handle, Rejected> {
        match self.special.as_mut().and_then(|special| special.runtime.take()) {
            Some(runtime) => Ok(runtime),
            None => Handle::try_current().map_err(|_| Rejected::NoRuntime),
        }
    }

    #[cold]
    pub(crate) fn admit(&mut self) -> Result<Admission, Rejected> {
        if let Some(admitted) = self.special.as_mut().and_then(|special| special.admitted.take()) {
            return admitted.map_err(Rejected::from);
        }
        let roster = self.place.station().roster();
        if self.kind == Kind::Light {
            if let Some(admitted) = roster.admit_calmly() {
                admitted?;
                return Ok(Admission::CALM);
            }
        }
        Ok(roster.admit(self.request())?)
    }

    #[cold]
    pub(crate) fn refuse<T>(mut self, rejected: Rejected) -> TaskHandle<T> {
        let site = self.place.site();
        site.count(Outcome::Rejected);
        let facts = Facts {
            site,
            tracker: self.place.station().name(),
            values: self.values.take(),
            elapsed: Duration::ZERO,
            queue_delay: Duration::ZERO,
        };
        let broken = {
            let mut context = crate::Context { values: facts.values.clone(), deadline: None, cancel: None };
            let _scoped = Scoped::enter(&mut context);
            self.hook.run(site, false, Reason::Rejected(rejected))
        };
        if let Some(message) = broken {
            report::send(Outcome::Panicked, &facts, &format_args!("in its `unfinished` hook: {message}"));
        }
        TaskHandle::refused(site, self.place.home(), rejected, facts.values)
    }

    /// Spawns what has been let in.
    #[inline(always)]
    pub(crate) fn launch<F>(
        self,
        runtime: &Handle,
        admission: Admission,
        limit: Limit,
        mut more: Option<Box<More>>,
        verdict: Verdict<F::Output>,
        body: impl FnOnce(&Seat<P>, &TaskSpan) -> F,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let Self { place, values, hook, special, world, .. } = self;
        let (mut timeout, seat) = match special {
            None => (None, None),
            Some(special) => (special.timeout, special.seat),
        };
        let seat = match seat {
            None => Seat::new(place, admission.key),
            Some(seat) => seat,
        };
        let (site, home) = (seat.site(), seat.place().home());
        if admission.draining {
            if let Some(left) = seat.station().left() {
                let longest = timeout.unwrap_or_else(|| site.timeout());
                timeout = Some(longest.min(left.saturating_sub(site.grace())));
            }
        }
        if timeout.is_some() {
            more.get_or_insert_default().timeout = timeout;
        }
        let span = TaskSpan::open(site, seat.station(), values.as_ref());
        let body = body(&seat, &span);
        if span.is_wanted() {
            more.get_or_insert_default().span = span;
        }
        let state = State::new((seat, admission.queued), values, (verdict, hook), limit, more, world);
        let join = runtime.spawn(Flight::new(body, state));
        TaskHandle::spawned(site, home, join, admission.key)
    }

    /// Makes the call. Its bounds stand beside its name, as rustc shows the lines of both.
    #[inline]
    pub fn spawn<F: Future<Output: Send + 'static> + Send + 'static>(
        mut self,
        future: F,
        verdict: Verdict<F::Output>,
    ) -> TaskHandle<F::Output> {
        self.kind = Kind::Light;
        if self.special.is_none() {
            // Not `tokio::spawn`: it panics where there is none, as where a handle is dropped on another thread, and with it
            // a value whose destructor calls.
            if let Ok(runtime) = Handle::try_current() {
                match self.place.station().roster().admit_calmly() {
                    Some(Ok(())) => {
                        return self.launch(&runtime, Admission::CALM, Limit::Run, None, verdict, |_, _| future);
                    }
                    Some(Err(refusal)) => return self.refuse(refusal.into()),
                    None => {}
                }
            }
        }
        self.spawn_with_care(future, verdict)
    }

    #[cold]
    #[inline(never)]
    fn spawn_with_care<F>(mut self, future: F, verdict: Verdict<F::Output>) -> TaskHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        match self.runtime().and_then(|runtime| Ok((runtime, self.admit()?))) {
            Ok((runtime, admitted)) => self.launch(&runtime, admitted, Limit::Run, None, verdict, |_, _| future),
            Err(rejected) => self.refuse(rejected),
        }
    }

    /// Makes the call, on the blocking pool.
    pub fn spawn_blocking<T: Send + 'static, W: FnOnce() -> T + Send + 'static>(
        mut self,
        work: W,
        verdict: Verdict<T>,
    ) -> TaskHandle<T> {
        match self.runtime().and_then(|runtime| Ok((runtime, self.admit()?))) {
            Ok((runtime, admitted)) => {
                let facts = Facts {
                    site: self.place.site(),
                    tracker: self.place.station().name(),
                    values: self.values.clone(),
                    elapsed: Duration::ZERO,
                    queue_delay: Duration::ZERO,
                };
                self.launch(&runtime, admitted, Limit::Call, None, verdict, |seat, span| Blocking {
                    runtime: runtime.clone(),
                    job: Arc::new(Job {
                        waiting: Mutex::new(Some((work, seat.share()))),
                        is_alone: AtomicBool::new(false),
                    }),
                    started: Some((span.clone(), Late { done: None, verdict, facts })),
                    thread: None,
                })
            }
            Err(rejected) => self.refuse(rejected),
        }
    }
}

/// Hands work to the blocking pool when its turn has come, and waits for it.
struct Blocking<T, W, P: Place> {
    runtime: Handle,
    job: Arc<Job<W, P>>,
    started: Option<(TaskSpan, Late<T>)>,
    thread: Option<JoinHandle<Option<Late<T>>>>,
}

struct Job<W, P: Place> {
    /// What the pool has not begun. The thread holds the task's place, too: it cannot be stopped, and counts as long as
    /// it runs.
    waiting: Mutex<Option<(W, Seat<P>)>>,
    /// The task has ended without the thread.
    is_alone: AtomicBool,
}

impl<W, P: Place> Job<W, P> {
    fn take(&self) -> Option<(W, Seat<P>)> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What the thread gives. If the task has ended before, a panic or an `Err` is reported all the same.
struct Late<T> {
    done: Option<Result<T, Box<dyn Any + Send>>>,
    verdict: Verdict<T>,
    facts: Facts,
}

impl<T> Drop for Late<T> {
    fn drop(&mut self) {
        match self.done.take() {
            Some(Ok(value)) => {
                if let Some(fault) = (self.verdict)(&value) {
                    report::send(Outcome::Failed, &self.facts, &fault);
                }
            }
            Some(Err(payload)) => {
                let panic = Panic::new(payload);
                let message = panic.message();
                report::send(Outcome::Panicked, &self.facts, &format_args!("after its time was over: {message}"));
            }
            None => {}
        }
    }
}

impl<T, W, P: Place> Unpin for Blocking<T, W, P> {}

impl<T, W, P> Future for Blocking<T, W, P>
where
    P: Place,
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if let Some((span, mut late)) = self.started.take() {
            let mut ambient = ambient::for_thread();
            let job = Arc::clone(&self.job);
            self.thread = Some(self.runtime.spawn_blocking(move || {
                let (work, seat) = job.take()?;
                late.done = Some(in_place(&span, &mut ambient, work));
                let late = if job.is_alone.load(Ordering::Acquire) {
                    drop(late);
                    None
                } else {
                    Some(late)
                };
                // The place goes last: a drain that has returned has left nothing behind.
                drop((ambient, span));
                drop(seat);
                late
            }));
        }
        let Some(thread) = &mut self.thread else {
            return Poll::Pending;
        };
        match Pin::new(thread).poll(cx) {
            Poll::Ready(Ok(Some(mut late))) => match late.done.take() {
                Some(Ok(value)) => Poll::Ready(value),
                Some(Err(payload)) => resume_unwind(payload),
                None => Poll::Pending,
            },
            // The runtime goes down: it is about to drop this future as well.
            Poll::Ready(Ok(None) | Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

impl<T, W, P: Place> Drop for Blocking<T, W, P> {
    fn drop(&mut self) {
        self.job.is_alone.store(true, Ordering::Release);
        // What the pool has not begun, it shall not begin, and its place is free.
        drop(self.job.take());
    }
}
