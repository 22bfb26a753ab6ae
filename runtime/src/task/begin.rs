//! A call's task, but for its body. None of it is generic over the body's type, so it is compiled once for each output type,
//! and not for each function. Only [`Begun::spawn`] is compiled for each: it puts the two together.

use std::future::Future;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::call::Call;
use super::future::{TaskFuture, Together};
use super::handle::TaskHandle;
use super::spawn;
use super::state::{AtOnce, TaskState};
use super::unfinished::Hook;
use crate::admission::{Admitted, Key};
use crate::context::{CountedWork, DetachedWork, Values};
use crate::current::{Carriers, Extra, Timing};
use crate::report::{ProbeSource, TaskSpan};
use crate::timer::spawns_on;
use crate::tracker::{Binding, Function, Permit, TrackerCore};

/// The task of an admitted call, without its body.
pub(super) struct Begun<U, B: Binding> {
    pub(super) state: TaskState<U, B>,
    /// The key of its entry, if it has one.
    key: Option<Key>,
}

/// The runtime and the task of a call that has its place, or the handle of one that was refused.
pub(super) type Prepared<T, U, B> = Result<(Handle, Begun<U, B>), TaskHandle<T>>;

impl<U: Hook, B: Binding> Begun<U, B> {
    #[track_caller]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn spawn<F>(self, runtime: &Handle, body: F, how: impl Together<F, U, B>) -> TaskHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let (site, tracker) = (self.state.site(), self.state.permit.binding().tracker());
        let join = spawn::spawn(runtime, site, how.together(body, self.state));
        TaskHandle::spawned(site, tracker, join, self.key)
    }
}

impl<U: Hook, B: Binding> Call<U, B> {
    /// Whether it needs no more than a place and a runtime.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        self.options.is_none() && !self.carries.any()
    }

    /// Spawns a plain call that has its place, as what it is.
    #[track_caller]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn spawn_at_once<F>(
        self,
        runtime: &Handle,
        body: F,
        error_of: impl ProbeSource<F::Output>,
        kind: AtOnce,
    ) -> TaskHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let Self { binding, values, hook, isolated, .. } = self;
        let (site, tracker) = (binding.site(), binding.tracker());
        let extra = Self::begins_at_once(&binding, tracker.core(), values.as_ref(), runtime);
        let state = TaskState::at_once(binding, values, hook, kind, extra, isolated);
        let join = spawn::spawn(runtime, site, TaskFuture::new(body, state, error_of));
        TaskHandle::spawned(site, tracker, join, None)
    }

    /// What comes before the task of a plain call that has its place, as most have. Not `begin`, whose general case would be
    /// compiled into each function, and moves the state twice more. The binding is not moved here: each move of one that has a
    /// destructor stays in the code.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn begins_at_once(
        binding: &B,
        core: &TrackerCore,
        values: Option<&Arc<Values>>,
        runtime: &Handle,
    ) -> Option<Box<Extra>> {
        let mut extra = None;
        if let Some(values) = values.filter(|values| !values.works().is_empty()) {
            extra = counting(extra, values);
        }
        if let Some(span) = TaskSpan::open(binding.site(), || core, values) {
            extra = in_span(extra, span);
        }
        spawns_on(runtime);
        binding.site().count_started();
        binding.function_in(core).task_arrived();
        extra
    }

    /// Takes a place with a closer look, and makes the call's task, but for the body.
    #[cold]
    #[inline(never)]
    pub(super) fn prepare_with_care<T>(mut self) -> Prepared<T, U, B> {
        self.capture();
        match self.runtime().and_then(|runtime| Ok((runtime, self.admit()?))) {
            Ok((runtime, admitted)) => {
                let begun = self.begin(&runtime, admitted, Timing::Run, None);
                Ok((runtime, begun))
            }
            Err(rejected) => Err(self.refuse(rejected)),
        }
    }

    /// Makes the task of an admitted call, but for its body.
    #[inline(never)]
    pub(super) fn begin(
        self,
        runtime: &Handle,
        admitted: Admitted,
        timing: Timing,
        mut extra: Option<Box<Extra>>,
    ) -> Begun<U, B> {
        let Self { binding, values, hook, options, isolated, .. } = self;
        let (mut timeout, permit, carriers, parent) = match options {
            None => (None, None, Carriers::default(), None),
            Some(options) => (options.timeout, options.permit, options.carriers, options.parent),
        };
        let mut permit = match permit {
            None => Permit::new(binding, admitted.key),
            Some(permit) => permit,
        };
        if admitted.in_loop {
            permit.joins_loop();
        }
        let site = permit.site();
        let mut is_cut_by_drain = false;
        if admitted.draining {
            if let Some(left) = permit.core().remaining_budget() {
                let own = timeout.unwrap_or_else(|| site.default_timeout());
                let rest = left.saturating_sub(site.grace());
                is_cut_by_drain = rest < own;
                timeout = Some(own.min(rest));
            }
        }
        if timeout.is_some() {
            let cold = extra.get_or_insert_default().cold();
            (cold.timeout, cold.is_cut_by_drain) = (timeout, is_cut_by_drain);
        }
        if !carriers.is_empty() {
            extra.get_or_insert_default().cold().carriers = carriers;
        }
        if let Some(values) = values.as_ref().filter(|values| !values.works().is_empty()) {
            extra = counting(extra, values);
        }
        let span = match parent {
            None => TaskSpan::open(site, || permit.core(), values.as_ref()),
            Some(parent) => Some(TaskSpan::open_below(*parent, site, permit.core(), values.as_ref())),
        };
        if let Some(span) = span {
            extra = in_span(extra, span);
        }
        let permit = (permit, admitted.queued);
        spawns_on(runtime);
        Begun { state: TaskState::new(permit, values, hook, timing, extra, isolated), key: admitted.key }
    }
}

/// For a task that is counted as detached work.
#[cold]
fn counting(mut extra: Option<Box<Extra>>, values: &Arc<Values>) -> Option<Box<Extra>> {
    extra.get_or_insert_default().cold().counted = counted(values);
    extra
}

#[cold]
fn in_span(mut extra: Option<Box<Extra>>, span: TaskSpan) -> Option<Box<Extra>> {
    if span.is_wanted() {
        extra.get_or_insert_default().span = span;
    }
    extra
}

/// Counts the task in each counter of detached work.
#[cold]
pub(super) fn counted(values: &Arc<Values>) -> Vec<CountedWork> {
    values.works().iter().map(DetachedWork::begun).collect()
}
