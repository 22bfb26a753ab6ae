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

use crate::ambient::{self, Ambient, Origin, Scoped, Task};
use crate::context::Values;
use crate::flight::{Flight, Limit, State, Verdict, in_place};
use crate::report::{self, Facts, Outcome, TaskSpan};
use crate::roster::{Admission, Kind, Refusal};
use crate::tracker::{Claim, Home, Seat};
use crate::unfinished::{Hook, Reason, Spill};
use crate::world::World;
use crate::{Panic, Rejected, TaskHandle, TaskSite, Unfinished};

/// A call that has not been made yet. Only generated code builds one.
#[must_use]
pub struct Call<U = ()> {
    pub(crate) site: &'static TaskSite,
    pub(crate) home: Home,
    values: Option<Arc<Values>>,
    /// The tracker whose live task makes the call.
    caller: Option<usize>,
    timeout: Duration,
    runtime: Option<Handle>,
    hook: U,
    /// What waiting for a place has given.
    place: Option<Result<(Seat, Admission), Refusal>>,
    pub(crate) kind: Kind,
    pub(crate) once: bool,
    world: World,
}

impl Call {
    #[track_caller]
    pub(crate) fn new(site: &'static TaskSite, home: Home) -> Self {
        let mut origin = ambient::origin();
        let values = origin.values.take();
        let in_group = origin.in_group;
        let call = Self { values, ..Self::of(site, home, origin) };
        if in_group {
            report::leaves_its_group(call.site, call.home.station().name(), Location::caller());
        }
        call
    }

    /// A call that does not carry its caller's identity, and that several callers may wait for.
    pub(crate) fn apart(site: &'static TaskSite, home: Home) -> Self {
        Self::of(site, home, ambient::origin())
    }

    fn of(site: &'static TaskSite, home: Home, Origin { caller, world, .. }: Origin) -> Self {
        let (site, home) = world.enter(site, home);
        let (timeout, kind, values) = (site.timeout(), Kind::Bounded, None);
        Self { site, home, values, caller, timeout, runtime: None, hook: (), place: None, kind, once: false, world }
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
    pub fn unfinished<A: Send + 'static>(self, args: A, hook: fn(Unfinished<A>)) -> Call<Spill<A>> {
        self.with_hook(Spill { hook, args: Some(args) })
    }

    pub(crate) fn with_hook<H: Hook>(self, hook: H) -> Call<H> {
        let Self { site, home, values, caller, timeout, runtime, hook: (), place, kind, once, world } = self;
        Call { site, home, values, caller, timeout, runtime, hook, place, kind, once, world }
    }
}

impl From<Refusal> for Rejected {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Full => Self::Full,
            Refusal::Draining => Self::Draining,
            Refusal::OwnerGone => Self::OwnerGone,
        }
    }
}

/// Let in, and not spawned yet.
pub(crate) struct Admitted {
    runtime: Handle,
    seat: Seat,
    admission: Admission,
    pub(crate) claim: Option<Claim>,
    /// Its end is one of its site's: not that of a loop, which only starts runs.
    pub(crate) counted: bool,
}

impl<U: Hook> Call<U> {
    /// A timeout of this call's own, up to the site's.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: timeout.min(self.site.timeout()), ..self }
    }

    /// Another origin than the ambient context.
    pub fn context(self, origin: &crate::Context) -> Self {
        Self { values: origin.values.clone(), ..self }
    }

    /// Another runtime than the current one.
    pub fn on(self, runtime: &Handle) -> Self {
        Self { runtime: Some(runtime.clone()), ..self }
    }

    /// An argument that says how long it is still good for. What does not last until the deadline is reported.
    #[inline]
    pub fn lives(self, argument: &str, remaining: Option<Duration>) -> Self {
        if let Some(remaining) = remaining {
            let deadline = self.timeout.saturating_add(self.site.grace());
            if remaining < deadline {
                let tracker = self.home.station().name();
                report::stale(self.site, tracker, self.values.as_ref(), argument, remaining, deadline);
            }
        }
        self
    }

    /// Waits until the tracker has a place.
    pub async fn wait(mut self) -> Self {
        let request = self.home.station().request(self.site, self.caller, self.kind);
        let key = self.home.station().roster().knock(request);
        // Given back when the caller goes away in between.
        let seat = Seat::new(self.home.clone(), key);
        let place = poll_fn(|cx| match self.home.station().roster().knocked(key, cx.waker()) {
            Some(place) => Poll::Ready(place),
            None => Poll::Pending,
        })
        .await;
        self.place = Some(place.map(|admission| (seat, admission)));
        self
    }

    pub(crate) fn admit(&mut self) -> Result<Admitted, Rejected> {
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => Handle::try_current().map_err(|_| Rejected::NoRuntime)?,
        };
        let place = self.place.take().unwrap_or_else(|| {
            let station = self.home.station();
            let admitted = station.roster().admit(station.request(self.site, self.caller, self.kind));
            admitted.map(|admission| (Seat::new(self.home.clone(), admission.key), admission))
        });
        match place {
            Ok((seat, admission)) => Ok(Admitted { runtime, seat, admission, claim: None, counted: true }),
            Err(refusal) => Err(refusal.into()),
        }
    }

    pub(crate) fn refuse<T>(mut self, rejected: Rejected) -> TaskHandle<T> {
        self.site.count(Outcome::Rejected);
        let facts = Facts {
            site: self.site,
            tracker: self.home.station().name(),
            values: self.values.take(),
            elapsed: Duration::ZERO,
            queue_delay: Duration::ZERO,
        };
        let broken = {
            let mut context = crate::Context { values: facts.values.clone(), deadline: None, cancel: None };
            let _scoped = Scoped::enter(&mut context);
            self.hook.run(self.site, false, Reason::Rejected(rejected))
        };
        if let Some(message) = broken {
            let cause = format_args!("in its `unfinished` hook: {message}");
            report::send(Outcome::Panicked, &facts, &cause);
        }
        TaskHandle::refused(rejected, facts)
    }

    pub(crate) fn launch<F>(
        self,
        Admitted { runtime, seat, admission, claim, counted }: Admitted,
        limit: Limit,
        verdict: Verdict<F::Output>,
        body: impl FnOnce(&Seat, &TaskSpan) -> F,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let Self { site, home, values, hook, mut timeout, world, .. } = self;
        if admission.draining {
            if let Some(left) = home.station().left() {
                timeout = timeout.min(left.saturating_sub(site.grace()));
            }
        }
        let span = TaskSpan::open(site, home.station().name(), values.as_ref());
        let timeout = (limit != Limit::Never).then_some(timeout);
        let task = Task::new(home.station().address(), admission.key, timeout);
        let ambient = Ambient::of_task(values, task, world);
        let body = body(&seat, &span);
        let state = State::new(site, seat, admission.queued, ambient, span, verdict, hook, limit, counted, claim);
        let join = runtime.spawn(Flight::new(body, state));
        TaskHandle::spawned(site, join, home, admission.key)
    }

    /// Makes the call. Its bounds stand beside its name, as rustc shows the lines of both.
    pub fn spawn<F: Future<Output: Send + 'static> + Send + 'static>(
        mut self,
        future: F,
        verdict: Verdict<F::Output>,
    ) -> TaskHandle<F::Output> {
        match self.admit() {
            Ok(admitted) => self.launch(admitted, Limit::Run, verdict, |_, _| future),
            Err(rejected) => self.refuse(rejected),
        }
    }

    /// Makes the call, on the blocking pool.
    pub fn spawn_blocking<T: Send + 'static, W: FnOnce() -> T + Send + 'static>(
        mut self,
        work: W,
        verdict: Verdict<T>,
    ) -> TaskHandle<T> {
        match self.admit() {
            Ok(admitted) => {
                let runtime = admitted.runtime.clone();
                let facts = Facts {
                    site: self.site,
                    tracker: self.home.station().name(),
                    values: self.values.clone(),
                    elapsed: Duration::ZERO,
                    queue_delay: Duration::ZERO,
                };
                self.launch(admitted, Limit::Call, verdict, |seat, span| Blocking {
                    runtime,
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
struct Blocking<T, W> {
    runtime: Handle,
    job: Arc<Job<W>>,
    started: Option<(TaskSpan, Late<T>)>,
    thread: Option<JoinHandle<Option<Late<T>>>>,
}

struct Job<W> {
    /// What the pool has not begun. The thread holds the task's place, too: it cannot be stopped, and counts as long as
    /// it runs.
    waiting: Mutex<Option<(W, Seat)>>,
    /// The task has ended without the thread.
    is_alone: AtomicBool,
}

impl<W> Job<W> {
    fn take(&self) -> Option<(W, Seat)> {
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
                let cause = format_args!("after its time was over: {}", panic.message());
                report::send(Outcome::Panicked, &self.facts, &cause);
            }
            None => {}
        }
    }
}

impl<T, W> Unpin for Blocking<T, W> {}

impl<T, W> Future for Blocking<T, W>
where
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
                late.done = Some(in_place(&span, &mut ambient, work).map_err(Panic::into_payload));
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

impl<T, W> Drop for Blocking<T, W> {
    fn drop(&mut self) {
        self.job.is_alone.store(true, Ordering::Release);
        // What the pool has not begun, it shall not begin, and its place is free.
        drop(self.job.take());
    }
}
