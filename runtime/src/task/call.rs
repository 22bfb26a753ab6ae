//! A call, from its construction to its spawn.

use std::future::Future;
use std::mem;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::try_id;

use super::begin::counted;
use super::blocking::{Blocking, Job, Thread};
use super::filled;
use super::future::Together;
use super::handle::TaskHandle;
use super::large::{boxed, is_large};
use super::spawn;
use super::state::{AtOnce, TaskState};
use super::unfinished::{Hook, Reason, Spill, Unfinished};
use crate::admission::{Admitted, Kind, Look, Refusal, Request};
use crate::context::{Context, Values};
use crate::current::{Capture, CarrierSet, Carriers, Extra, Scope, TaskName, Timing, caller, origin};
use crate::error::Rejected;
use crate::report::{self, ErrorProbe, Facts, ProbeSource, RemoteParent, TaskSpan};
use crate::tracker::{Binding, Isolated, Outcome, Permit, SharedBinding, TaskInfo, TrackerRef, stop_request};
use crate::util::Entered;
use crate::util::text::clean;

/// A call that has not been made yet. Only generated code builds one.
#[must_use]
pub struct Call<U = (), B: Binding = SharedBinding> {
    pub(super) binding: B,
    pub(super) values: Option<Arc<Values>>,
    pub(super) hook: U,
    pub(super) options: Option<Box<CallOptions<B>>>,
    /// The carriers to capture.
    pub(super) carries: CarrierSet,
    pub(super) kind: Kind,
    pub(super) once: bool,
    pub(super) isolated: Isolated,
}

/// Options that few calls have, boxed so that a call is small.
pub(super) struct CallOptions<B: Binding> {
    /// This call's own timeout.
    pub(super) timeout: Option<Duration>,
    runtime: Option<Handle>,
    /// The result of waiting for a place: the permit and the admission.
    pub(super) permit: Option<Permit<B>>,
    pub(super) admitted: Option<Result<Admitted, Refusal>>,
    pub(super) carriers: Carriers,
    /// Whether it is essential.
    essential: bool,
    /// The parent of its span, if that is in another process.
    pub(super) parent: Option<Box<RemoteParent>>,
}

impl<B: Binding> Default for CallOptions<B> {
    fn default() -> Self {
        let carriers = Carriers::default();
        Self { timeout: None, runtime: None, permit: None, admitted: None, carriers, essential: false, parent: None }
    }
}

impl<B: Binding> Call<(), B> {
    #[track_caller]
    #[inline(always)]
    pub(crate) fn new(binding: impl FnOnce(&Isolated) -> B) -> Self {
        let origin = origin();
        let (values, in_group, isolated) = (origin.values, origin.in_group, origin.isolated);
        let binding = binding(&isolated);
        #[cfg(debug_assertions)]
        super::beside::look(binding.site(), binding.core());
        if in_group {
            report::leaves_its_group(binding.site(), binding.core().shown_name(), Location::caller());
        }
        Self { values, carries: CarrierSet::PROGRAMS, ..Self::of(binding, isolated) }
    }

    /// Makes a call without its caller's values, for several callers.
    pub(crate) fn without_origin(binding: impl FnOnce(&Isolated) -> B) -> Self {
        let isolated = Isolated::current();
        let binding = binding(&isolated);
        let values = if cfg!(debug_assertions) { Self::left_behind(&binding) } else { None };
        Self { values, ..Self::of(binding, isolated) }
    }

    /// Work for several callers that asks for a value of its first caller's is reported.
    #[cold]
    fn left_behind(binding: &B) -> Option<Arc<Values>> {
        let (site, tracker) = (binding.site(), binding.core().shown_name());
        Values::left_behind(origin().values.as_ref(), move |value| report::asks_for_its_callers(site, tracker, value))
    }

    #[inline(always)]
    fn of(binding: B, isolated: Isolated) -> Self {
        let (carries, kind) = (CarrierSet::NOTHING, Kind::Bounded);
        Self { binding, values: None, hook: (), options: None, carries, kind, once: false, isolated }
    }

    /// Makes it a loop, without the values and carriers of the caller.
    pub(crate) fn into_loop(self) -> Self {
        Self { values: None, carries: CarrierSet::NOTHING, kind: Kind::Worker, ..self }
    }

    /// Allows only one such loop to run at a time.
    pub fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// Sets the `unfinished` hook and its arguments.
    pub fn unfinished<A: Send + 'static>(self, args: A, hook: fn(Unfinished<A>)) -> Call<Spill<A>, B> {
        self.with_hook(Spill { hook, args: Some(args) })
    }

    pub(crate) fn with_hook<H: Hook>(self, hook: H) -> Call<H, B> {
        let Self { binding, values, hook: (), options, carries, kind, once, isolated } = self;
        Call { binding, values, hook, options, carries, kind, once, isolated }
    }
}

impl<U: Hook, B: Binding> Call<U, B> {
    pub(super) fn options(&mut self) -> &mut CallOptions<B> {
        self.options.get_or_insert_default()
    }

    /// Sets this call's own timeout, at most the site's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        if timeout < self.binding.site().default_timeout() {
            self.options().timeout = Some(timeout);
        }
        self
    }

    /// Sets this call's own timeout, which may be longer than the site's.
    pub(crate) fn any_timeout(mut self, timeout: Duration) -> Self {
        if timeout != self.binding.site().default_timeout() {
            self.options().timeout = Some(timeout);
        }
        self
    }

    /// Sets another origin than the current context.
    pub fn context(self, origin: &Context) -> Self {
        origin.used();
        Self { values: origin.values.clone(), ..self }
    }

    /// Sets the carriers that the function lists.
    pub fn carry(mut self, listed: &'static [Capture]) -> Self {
        self.carries.listed = listed;
        self
    }

    /// Captures the carriers. A second call captures nothing.
    #[inline]
    pub(super) fn capture(&mut self) {
        if self.carries.any() {
            self.capture_all();
        }
        self.carries = CarrierSet::NOTHING;
    }

    #[cold]
    #[inline(never)]
    fn capture_all(&mut self) {
        let carriers = mem::replace(&mut self.carries, CarrierSet::NOTHING).captured(self.task_name());
        if !carriers.is_empty() {
            self.options().carriers = carriers;
        }
    }

    fn carriers(&self) -> Option<&Carriers> {
        self.options.as_ref().map(|options| &options.carriers)
    }

    fn take_carriers(&mut self) -> Carriers {
        self.options.as_mut().map_or_else(Carriers::default, |options| mem::take(&mut options.carriers))
    }

    #[allow(clippy::unnecessary_wraps, reason = "a group's child may be nobody's")]
    fn task_name(&self) -> TaskName {
        Some((self.binding.site(), self.binding.core().shown_name()))
    }

    /// Sets a parent span in another process, or none, instead of the caller's span.
    pub fn below(mut self, parent: RemoteParent) -> Self {
        self.options().parent = Some(Box::new(parent));
        self
    }

    /// Sets another runtime than the current one.
    pub fn on(mut self, runtime: &Handle) -> Self // a `Handle`: of a `Runtime`, write `on = RUNTIME.handle()`
    {
        self.options().runtime = Some(runtime.clone());
        self
    }

    /// Makes it an essential loop or worker.
    pub fn essential(mut self) -> Self {
        self.options().essential = true;
        self
    }

    pub(super) fn is_essential(&self) -> bool {
        self.options.as_ref().is_some_and(|options| options.essential)
    }

    /// Checks how long an argument is still valid, and reports it if the call may take longer.
    #[inline]
    pub fn lives(self, argument: &str, remaining: Option<Duration>) -> Self {
        if let Some(remaining) = remaining {
            let site = self.binding.site();
            let own = self.options.as_ref().and_then(|options| options.timeout);
            let may_take = own.unwrap_or_else(|| site.default_timeout()).saturating_add(site.grace());
            if remaining < may_take {
                let tracker = self.binding.core();
                report::stale(site, tracker, self.values.as_ref(), argument, remaining, may_take);
            }
        }
        self
    }

    pub(super) fn request(&self) -> Request<TaskInfo> {
        self.binding.core().request(self.binding.site(), caller(), self.kind)
    }

    #[inline]
    pub(crate) fn runtime(&mut self) -> Result<Handle, Rejected> {
        match self.options.as_mut().and_then(|options| options.runtime.take()) {
            Some(runtime) => Ok(runtime),
            None => Handle::try_current().map_err(|_| Rejected::NoRuntime),
        }
    }

    #[cold]
    pub(crate) fn admit(&mut self) -> Result<Admitted, Rejected> {
        if let Some(admitted) = self.options.as_mut().and_then(|options| options.admitted.take()) {
            return admitted.map_err(Rejected::from);
        }
        let admission = self.binding.core().admission();
        if matches!(self.kind, Kind::Light | Kind::LightWorker) {
            if let Some(admitted) = admission.try_acquire_uncontended() {
                admitted?;
                return Ok(Admitted::UNCONTENDED);
            }
        }
        let admitted = admission.try_acquire(self.request())?;
        if admitted.queued && !matches!(self.kind, Kind::Worker | Kind::LightWorker) {
            filled::by_loops(&self.binding);
        }
        Ok(admitted)
    }

    #[cold]
    pub(crate) fn refuse<T>(mut self, rejected: Rejected) -> TaskHandle<T> {
        let site = self.binding.site();
        site.count_refused(rejected);
        #[cfg(debug_assertions)]
        super::beside::refused(site, &self.binding.tracker(), rejected);
        if self.is_essential() && matches!(rejected, Rejected::Full | Rejected::NoRuntime | Rejected::ZeroPeriod) {
            stop_request::essential_ended(site, Outcome::Rejected);
        }
        if U::WANTS_REASON {
            self.run_refusal_hook(rejected);
        }
        TaskHandle::not_admitted(site, self.binding.tracker(), rejected, self.values)
    }

    /// Refuses a plain call whose tracker is full. It is not generic over the body, so what a refusal takes is compiled once.
    #[cold]
    #[inline(never)]
    fn refuse_full<T>(
        (binding, tracker): (B, TrackerRef),
        values: Option<Arc<Values>>,
        hook: U,
        isolated: Isolated,
    ) -> TaskHandle<T> {
        let (site, rejected) = (binding.site(), Rejected::Full);
        if U::WANTS_REASON {
            return Self { values, ..Call::of(binding, isolated).with_hook(hook) }.refuse(rejected);
        }
        site.count_refused(rejected);
        TaskHandle::not_admitted(site, tracker, rejected, values)
    }

    fn run_refusal_hook(&mut self, rejected: Rejected) {
        let site = self.binding.site();
        let facts = Facts::new(site, self.binding.core(), self.values.clone());
        let (task_name, mut carriers) = (self.task_name(), self.take_carriers());
        let broken = {
            let context = Context::of(facts.values.clone(), None, None);
            let mut scope = Scope::new(context);
            let _entered = Entered::new(&mut scope);
            carriers.around(task_name, || self.hook.run((site, facts.tracker), false, Reason::Rejected(rejected)))
        };
        if let Some(message) = broken {
            report::panicked(&facts, &format_args!("in its `unfinished` hook: {}", clean(message)));
        }
    }

    /// Spawns an admitted call. tokio's console and hooks show the caller's line.
    #[track_caller]
    pub(crate) fn launch<F>(
        self,
        runtime: &Handle,
        admitted: Admitted,
        timing: Timing,
        extra: Option<Box<Extra>>,
        error_of: impl ProbeSource<F::Output>,
        body: impl FnOnce(&Permit<B>, Option<&TaskSpan>) -> F,
    ) -> TaskHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let begun = self.begin(runtime, admitted, timing, extra);
        let span = begun.state.record.extra.as_ref().map(|extra| &extra.span);
        let body = body(&begun.state.permit, span);
        begun.spawn(runtime, body, error_of)
    }

    /// Makes the call. The bounds are on the line of the name, because rustc shows both lines.
    #[track_caller]
    #[inline]
    pub fn spawn<F: Future<Output: Send + 'static> + Send + 'static>(
        self,
        future: F,
        error_of: impl Fn() -> ErrorProbe<F::Output> + Copy + Send + 'static,
    ) -> TaskHandle<F::Output> {
        if const { is_large::<F>() } {
            self.spawn_in_place(boxed(future), given(error_of()))
        } else {
            self.spawn_in_place(future, error_of)
        }
    }

    /// Not always inlined: without optimisation, its copies of the future would be in the frame of `spawn` as well.
    #[track_caller]
    #[inline]
    pub(super) fn spawn_in_place<F>(self, future: F, how: impl Together<F, U, B>) -> TaskHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        // Taken apart, because a `self` that is given away somewhere below would be in memory from the start. So most calls
        // have their parts in registers.
        let Self { binding, values, hook, options, carries, once, isolated, .. } = self;
        let kind = Kind::Light;
        if options.is_none() && !carries.any() {
            let (site, tracker) = (binding.site(), binding.tracker());
            let core = tracker.core();
            let admission = core.admission();
            let look = admission.look_at_gate();
            // A refusal needs no handle of the runtime: asking whether there is one costs less.
            if look == Look::Full && try_id().is_some() {
                // It is `None`, and need not be dropped.
                mem::forget(options);
                return Self::refuse_full((binding, tracker), values, hook, isolated);
            }
            // Not `tokio::spawn`: it panics without a runtime, for example when a handle is dropped on another thread, and
            // with it a value whose destructor calls.
            if let Ok(runtime) = Handle::try_current() {
                match admission.try_acquire_after(look) {
                    Some(Ok(())) => {
                        mem::forget(options);
                        let extra = Self::begins_at_once(&binding, core, values.as_ref(), &runtime);
                        let state = TaskState::at_once(binding, values, hook, AtOnce::Call, extra, isolated);
                        let join = spawn::spawn(&runtime, site, how.together(future, state));
                        return TaskHandle::spawned(site, tracker, join, None);
                    }
                    Some(Err(_)) => {
                        mem::forget(options);
                        return Self::refuse_full((binding, tracker), values, hook, isolated);
                    }
                    None => {}
                }
            }
        }
        let call = Self { binding, values, hook, options, carries, kind, once, isolated };
        match call.prepare_with_care() {
            Ok((runtime, begun)) => begun.spawn(&runtime, future, how),
            Err(refused) => refused,
        }
    }

    /// Makes the call, on the blocking pool. `hand_over` calls [`Job::hand_over`], at the function's line.
    #[track_caller]
    pub fn spawn_blocking<T, W, H>(mut self, work: W, error_of: ErrorProbe<T>, hand_over: H) -> TaskHandle<T>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
        H: FnOnce(Job<T, W, B>) -> Thread<T, W, B> + Send + 'static,
    {
        self.capture();
        if self.options.as_ref().is_none_or(|options| options.admitted.is_none()) {
            self.kind = Kind::Light;
        }
        match self.runtime().and_then(|runtime| Ok((runtime, self.admit()?))) {
            Ok((runtime, admitted)) => {
                let job = self.job(&runtime, work, error_of);
                let body = |permit: &_, span: Option<&_>| Blocking::new(job(permit, span), hand_over);
                self.launch(&runtime, admitted, Timing::Call, None, given(error_of), body)
            }
            Err(rejected) => self.refuse(rejected),
        }
    }

    /// Makes the job for the thread, when the task has its place and its span.
    pub(super) fn job<T, W>(
        &self,
        runtime: &Handle,
        work: W,
        error_of: ErrorProbe<T>,
    ) -> impl FnOnce(&Permit<B>, Option<&TaskSpan>) -> Job<T, W, B> + use<T, W, U, B> {
        let facts = Facts::new(self.binding.site(), self.binding.core(), self.values.clone());
        // The thread and the task each have their own carriers, so that neither waits for the other.
        let carriers = self.carriers().map_or_else(Carriers::default, |carriers| carriers.again(self.task_name()));
        let counted = self.values.as_ref().map(counted).unwrap_or_default();
        let (runtime, is_listed) = (runtime.clone(), self.kind != Kind::Light);
        move |permit, span| {
            let around = (span.cloned().unwrap_or_default(), carriers);
            let entry = permit.key().filter(|_| is_listed);
            Job::new(runtime, work, (error_of, facts), around, (permit.binding().clone(), entry), counted)
        }
    }
}

/// The source of a probe that a task has to keep.
pub(super) fn given<T: 'static>(error_of: ErrorProbe<T>) -> impl ProbeSource<T> {
    move || error_of
}
